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

const mostTokens = 400

/** The texts of a cell on either side, with what differs apart. */
export function parts(from: CellValue | undefined, to: CellValue | undefined): { from: Part[]; to: Part[] } {
  const a = tokens(from)
  const b = tokens(to)
  if (a.length === 0 || b.length === 0 || a.length * b.length > mostTokens * mostTokens) {
    return { from: whole(a), to: whole(b) }
  }
  const common = longest(a, b)
  return { from: marked(a, common.map(([i]) => i)), to: marked(b, common.map(([, j]) => j)) }
}

function tokens(value: CellValue | undefined): string[] {
  if (value === undefined) return []
  if (Array.isArray(value)) return value.flatMap((member, i) => (i === 0 ? [String(member)] : [', ', String(member)]))
  if (typeof value !== 'string') return [String(value)]
  return value.match(/[\p{L}\p{N}_.%-]+|\s+|./gsu) ?? []
}

function whole(list: string[]): Part[] {
  return list.length === 0 ? [] : [{ text: list.join(''), only: true }]
}

/** The places of a longest common subsequence in both lists. */
function longest(a: string[], b: string[]): [number, number][] {
  const length = Array.from({ length: a.length + 1 }, () => new Uint16Array(b.length + 1))
  for (let i = a.length - 1; i >= 0; i--) {
    for (let j = b.length - 1; j >= 0; j--) {
      length[i]![j] = a[i] === b[j] ? length[i + 1]![j + 1]! + 1 : Math.max(length[i + 1]![j]!, length[i]![j + 1]!)
    }
  }
  const places: [number, number][] = []
  for (let i = 0, j = 0; i < a.length && j < b.length; ) {
    if (a[i] === b[j]) places.push([i++, j++])
    else if (length[i + 1]![j]! >= length[i]![j + 1]!) i++
    else j++
  }
  return places
}

function marked(list: string[], common: number[]): Part[] {
  const shared = new Set(common)
  const out: Part[] = []
  list.forEach((text, i) => {
    const only = !shared.has(i)
    const last = out.at(-1)
    if (last?.only === only) last.text += text
    else out.push({ text, only })
  })
  return out
}
