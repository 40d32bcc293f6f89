// Drawn on 20 by 20 with one stroke, in the colour of the text around them.
const paths = {
  overview: 'M3 10.5 10 4l7 6.5M5 9v7h3.5v-4h3v4H15V9',
  tables: 'M3 4.5h14v11H3zM3 8.5h14M3 12h14M8 4.5v11',
  changes: 'M6 4v9.5M6 4 3.5 6.5M6 4l2.5 2.5M14 16V6.5M14 16l-2.5-2.5M14 16l2.5-2.5',
  history: 'M4 10a6 6 0 1 0 2-4.5M4 4v3.5h3.5M10 7v3.5l2.5 1.5',
  visitor: 'M10 10a3 3 0 1 0 0-6 3 3 0 0 0 0 6zM4 16.5c.5-3 3-4.5 6-4.5s5.5 1.5 6 4.5',
  journeys: 'M5 6.5a1.75 1.75 0 1 0 0-3.5 1.75 1.75 0 0 0 0 3.5zM15 17a1.75 1.75 0 1 0 0-3.5 1.75 1.75 0 0 0 0 3.5zM6.75 4.75H13a2.6 2.6 0 0 1 0 5.25H7a2.6 2.6 0 0 0 0 5.25h6.25',
  health: 'M2.5 10.5h3.5l2-5 3.5 9.5 2.25-4.5h3.75',
  menu: 'M3 5.5h14M3 10h14M3 14.5h14',
  close: 'M5 5l10 10M15 5 5 15',
  check: 'M4 10.5 8 14.5 16 5.5',
  warning: 'M10 3.5 17.5 16.5h-15zM10 8.5v3.5M10 14.25v.25',
  error: 'M10 17a7 7 0 1 0 0-14 7 7 0 0 0 0 14zM10 6.5v4.5M10 13.25v.25',
  info: 'M10 17a7 7 0 1 0 0-14 7 7 0 0 0 0 14zM10 9.5v4M10 6.75v.25',
  plus: 'M10 4v12M4 10h12',
  trash: 'M4 6h12M8 6V4h4v2M5.5 6l.75 10.5h7.5L14.5 6M8.5 9v4.5M11.5 9v4.5',
  copy: 'M7 7h9v9H7zM4 13V4h9',
  undo: 'M7 5 3.5 8.5 7 12M4 8.5h8a4 4 0 0 1 0 8H9',
  columns: 'M3 4.5h14v11H3zM7.667 4.5v11M12.333 4.5v11',
  down: 'M5 7.5l5 5 5-5',
  up: 'M5 12.5l5-5 5 5',
  download: 'M10 3.5v9M6.5 9.5 10 13l3.5-3.5M4 16.5h12',
  upload: 'M10 13V4M6.5 7.5 10 4l3.5 3.5M4 16.5h12',
  search: 'M9 14a5 5 0 1 0 0-10 5 5 0 0 0 0 10zM12.75 12.75 16.5 16.5',
  edit: 'M4 16l.75-3.25L13 4.5 15.5 7l-8.25 8.25zM11.5 6l2.5 2.5',
  help: 'M10 17a7 7 0 1 0 0-14 7 7 0 0 0 0 14zM8 8a2 2 0 1 1 2.8 1.8c-.6.3-.8.6-.8 1.2M10 13.4v.2',
  eye: 'M2.5 10c2-3.5 4.5-5 7.5-5s5.5 1.5 7.5 5c-2 3.5-4.5 5-7.5 5s-5.5-1.5-7.5-5zM10 12a2 2 0 1 0 0-4 2 2 0 0 0 0 4z',
  signOut: 'M8 4H4v12h4M8 10h8.5M13.5 7l3 3-3 3',
  publish: 'M10 13V4M6.5 7.5 10 4l3.5 3.5M4 13v3.5h12V13',
  form: 'M3 4h14v12H3zM6 7.5h3M6 10.5h3M11 7.5h3.5M11 10.5h3.5M6 13.5h8.5',
} as const

export type IconName = keyof typeof paths

/** A picture beside a word; screen readers pass over it. */
export function Icon({ name, size = 18 }: { name: IconName; size?: number }) {
  return (
    <svg
      class="icon"
      width={size}
      height={size}
      viewBox="0 0 20 20"
      fill="none"
      stroke="currentColor"
      stroke-width="1.6"
      stroke-linecap="round"
      stroke-linejoin="round"
      aria-hidden="true"
    >
      <path d={paths[name]} />
    </svg>
  )
}
