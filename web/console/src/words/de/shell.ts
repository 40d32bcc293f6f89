import type { Words } from '..'

export const common: Words['common'] = {
  cancel: 'Abbrechen',
  close: 'Schließen',
  undo: 'Rückgängig',
  retry: 'Noch einmal',
  loading: 'Wird geladen …',
  more: 'Mehr',
  yes: 'ja',
  no: 'nein',
  noPhase: 'keine Phase',
  visitors: (_n, shown) => `${shown} Besucher`,
  rows: (n, shown) => (n === 1 ? '1 Zeile' : `${shown} Zeilen`),
  counting: (visitors) => `Wird gezählt … bisher ${visitors}`,
  errors: (n) => `${n} Fehler`,
  warnings: (n) => (n === 1 ? '1 Warnung' : `${n} Warnungen`),
  error: 'Fehler',
  warning: 'Warnung',
  unreachable: 'Wegweiser antwortet nicht. Was du getan hast, ist nicht verloren.',
  requestId: (id) => `Für eure Entwickler: ${id}`,
  unexpected: 'Hier ging etwas schief. Lade die Seite neu; Gespeichertes bleibt.',
}

export const shell: Words['shell'] = {
  product: 'Wegweiser',
  tagline: 'Wer was sieht, wann und warum',
  pages: {
    overview: 'Überblick',
    tables: 'Tabellen',
    changes: 'Änderungen',
    history: 'Verlauf',
    visitor: 'Besucher',
    journeys: 'Wege',
    health: 'Zustand',
  },
  navigation: 'Seiten',
  skip: 'Zum Inhalt springen',
  menu: 'Menü',
  language: 'Sprache',
  theme: 'Darstellung',
  themes: { auto: 'Wie das System', light: 'Hell', dark: 'Dunkel' },
  signOut: 'Abmelden',
  signIn: 'Anmelden',
  signInTitle: 'Bei Wegweiser anmelden',
  adminKey: 'Admin-Schlüssel',
  adminKeyHelp: 'Er beginnt mit ak_. Wer Wegweiser eingerichtet hat, kennt ihn. Er bleibt in diesem Tab.',
  keyNeeded: 'Gib deinen Admin-Schlüssel ein.',
  keyUnknown: 'Diesen Schlüssel hat hier niemand. Hast du ihn ganz kopiert?',
  keyWrongKind: 'Du brauchst den Schlüssel, der mit ak_ beginnt.',
  keyExpired: 'Dein Schlüssel gilt nicht mehr. Melde dich neu an.',
  showKey: 'Schlüssel zeigen',
  live: 'Live',
  liveNever: 'Noch nichts veröffentlicht',
  draftSame: 'Entwurf wie live',
  draftChanges: (n) => (n === 1 ? '1 Zeile geändert' : `${n} Zeilen geändert`),
  noProblems: 'Keine Probleme',
  held: 'Automatisches Veröffentlichen ist angehalten',
  statusFailed: 'Stand unbekannt',
  status: 'Stand der Dinge',
  notFound: 'Diese Seite gibt es nicht',
  notFoundText: 'Stimmt die Adresse?',
}

export const ui: Words['ui'] = {
  toasts: 'Meldungen',
  didYouMean: (name) => `${name} nehmen`,
  wholeTable: 'die ganze Tabelle',
  sortBy: (column) => `Nach ${column} sortieren`,
}

export const phases: Words['phases'] = {
  awareness: 'Aufmerksamkeit',
  consideration: 'Überlegung',
  decision: 'Entscheidung',
  retention: 'Bindung',
  advocacy: 'Weiterempfehlung',
}

// The German names come with the registry.
export const names: Words['names'] = {}
