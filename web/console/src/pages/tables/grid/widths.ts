import type { ShownColumn } from '../data/view'

export const rowHeight = 34
export const headHeight = 48

const byType: Record<string, number> = {
  id: 160,
  word: 116,
  bool: 96,
  integer: 92,
  number: 92,
  duration: 92,
  time: 150,
  zone: 130,
  condition: 320,
  text: 240,
  url: 220,
  name: 150,
  currency: 90,
}

/** How wide the column of the ids is: as the longest of them, within reason. */
export function idWidth(ids: readonly string[]): number {
  const longest = ids.reduce((most, id) => Math.max(most, id.length), 0)
  return Math.max(160, Math.min(290, longest * 8 + 36))
}

/** How wide a column is, in pixels, by what its cells hold. */
function widthOf({ name, column }: ShownColumn): number {
  // The name must fit in the header, with the sign that it is sorted by.
  return Math.max(column.refers === 'phases' ? 190 : (byType[column.type] ?? 190), Math.min(240, name.length * 8 + 40))
}

/** How wide the columns are; the first is that of the ids. */
export function widthsOf(columns: readonly ShownColumn[], ids: readonly string[]): number[] {
  return columns.map((one) => (one.name === 'id' ? idWidth(ids) : widthOf(one)))
}
