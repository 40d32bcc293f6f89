import type { ShownColumn } from '../data/view'

export const rowHeight = 34
export const headHeight = 48

const byType: Record<string, number> = { word: 116, bool: 96, integer: 92, number: 92, duration: 92, time: 150, condition: 320, text: 240, url: 220 }

/** How wide the columns are, in pixels, by what their cells hold; the first as the longest id, within reason. */
export function widthsOf(columns: readonly ShownColumn[], ids: readonly string[]): number[] {
  const longest = ids.reduce((most, id) => Math.max(most, id.length), 0)
  return columns.map(({ name, column }) =>
    name === 'id'
      ? Math.max(160, Math.min(290, longest * 8 + 36))
      : // The name must fit in the header, with the sign that it is sorted by.
        Math.max(byType[column.type] ?? 190, Math.min(240, name.length * 8 + 40)),
  )
}
