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

/** How wide a column is, in pixels, by what its cells hold. */
export function widthOf({ name, column }: ShownColumn): number {
  if (name === 'id') return 200
  // The name must fit in the header, with the sign that it is sorted by.
  return Math.max(byType[column.type] ?? 190, Math.min(240, name.length * 8 + 40))
}

/** Where each column begins behind the first one, and where the last one ends. */
export function edgesOf(columns: readonly ShownColumn[]): number[] {
  const edges = [0]
  for (const one of columns) edges.push(edges.at(-1)! + widthOf(one))
  return edges
}
