export const common = {
  cancel: 'Cancel',
  close: 'Close',
  undo: 'Undo',
  retry: 'Try again',
  loading: 'Loading …',
  more: 'More',
  yes: 'yes',
  no: 'no',
  noPhase: 'no phase',
  visitors: (n: number, shown: string) => (n === 1 ? '1 visitor' : `${shown} visitors`),
  rows: (n: number, shown: string) => (n === 1 ? '1 row' : `${shown} rows`),
  counting: (visitors: string) => `Counting … ${visitors} so far`,
  errors: (n: number) => (n === 1 ? '1 error' : `${n} errors`),
  warnings: (n: number) => (n === 1 ? '1 warning' : `${n} warnings`),
  error: 'Error',
  warning: 'Warning',
  unreachable: 'Wegweiser does not answer. Nothing you did is lost.',
  requestId: (id: string) => `For your developers: ${id}`,
  unexpected: 'Something went wrong here. Reload the page; what you saved is kept.',
}

/** The names of the pages in the navigation and as titles. */
const pages = {
  overview: 'Overview',
  tables: 'Tables',
  changes: 'Changes',
  history: 'History',
  visitor: 'Visitor',
  journeys: 'Journeys',
  health: 'Health',
}

export const shell = {
  product: 'Wegweiser',
  tagline: 'Who sees what, when and why',
  pages,
  navigation: 'Pages',
  skip: 'Skip to content',
  menu: 'Menu',
  language: 'Language',
  theme: 'Appearance',
  themes: { auto: 'As the system', light: 'Light', dark: 'Dark' },
  signOut: 'Sign out',
  signIn: 'Sign in',
  signInTitle: 'Sign in to Wegweiser',
  adminKey: 'Admin key',
  adminKeyHelp: 'It starts with ak_. Whoever set Wegweiser up has it. It stays in this tab.',
  keyNeeded: 'Enter your admin key.',
  keyUnknown: 'Nobody here has this key. Did you copy all of it?',
  keyWrongKind: 'You need the key that starts with ak_.',
  keyExpired: 'Your key is no longer valid. Sign in again.',
  showKey: 'Show key',
  live: 'Live',
  liveNever: 'Nothing published yet',
  draftSame: 'Draft equals live',
  draftChanges: (n: number) => (n === 1 ? '1 row changed' : `${n} rows changed`),
  noProblems: 'No problems',
  held: 'Automatic publishing is on hold',
  statusFailed: 'Status unknown',
  status: 'Status',
  notFound: 'There is no such page',
  notFoundText: 'Is the address spelled right?',
}

export const ui = {
  toasts: 'Messages',
  didYouMean: (name: string) => `Use ${name}`,
  wholeTable: 'the whole table',
  sortBy: (column: string) => `Sort by ${column}`,
}

export const phases = {
  awareness: 'Awareness',
  consideration: 'Consideration',
  decision: 'Decision',
  retention: 'Retention',
  advocacy: 'Advocacy',
}

/** Touchpoints and channels whose names are not written as they are spelled. */
export const names: Record<string, string> = { ar_view: 'AR view', email: 'E-mail', tv: 'TV' }
