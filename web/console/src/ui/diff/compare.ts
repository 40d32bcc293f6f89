import type { CellValue, RowDiff } from '../../api/config'

export interface TableDiff {
  table: string
  rows: RowDiff[]
}

/** The rows that differ, table by table in the order in which they come. */
export function byTable(rows: readonly RowDiff[]): TableDiff[] {
  const groups = new Map<string, RowDiff[]>()
  for (const row of rows) groups.set(row.table, [...(groups.get(row.table) ?? []), row])
  return [...groups].map(([table, own]) => ({ table, rows: own }))
}

/** How many rows were added, changed and removed. */
export function countChanges(rows: readonly RowDiff[]): Record<RowDiff['change'], number> {
  const counts = { added: 0, changed: 0, removed: 0 }
  for (const row of rows) counts[row.change]++
  return counts
}

/** A piece of a cell, and whether only this side has it. */
export interface Part {
  text: string
  only: boolean
}

/** The texts of a cell on either side, with what stands between the first and the last difference apart. */
export function parts(from: CellValue | undefined, to: CellValue | undefined): { from: Part[]; to: Part[] } {
  const [a, b] = [tokens(from), tokens(to)]
  const shorter = Math.min(a.length, b.length)
  let start = 0
  while (start < shorter && a[start] === b[start]) start++
  let end = 0
  while (end < shorter - start && a.at(-1 - end) === b.at(-1 - end)) end++
  return { from: marked(a, start, end), to: marked(b, start, end) }
}

function tokens(value: CellValue | undefined): string[] {
  if (value === undefined) return []
  if (Array.isArray(value)) return value.flatMap((member, i) => (i === 0 ? [String(member)] : [', ', String(member)]))
  if (typeof value !== 'string') return [String(value)]
  return value.match(/[\p{L}\p{N}_.%-]+|\s+|./gsu) ?? []
}

function marked(list: string[], start: number, end: number): Part[] {
  const cut = list.length - end
  const pieces = [list.slice(0, start), list.slice(start, cut), list.slice(cut)]
  return pieces.flatMap((piece, i) => (piece.length === 0 ? [] : [{ text: piece.join(''), only: i === 1 }]))
}
