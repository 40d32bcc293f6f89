// A table as a CSV file and back, as `wegweiser config` writes and reads them.
import type { CellValue, Row } from '../../../api/config'
import { cellColumn, columnOf, tableInfo } from '../../../registry'
import { equalRows, type Change } from './changes'
import { fromText, toText } from './cells'
import { readSeparated, separatorOf, writeSeparated } from './separated'

/** Rows by id under a header of the columns that they fill, in the order of the table. */
export function writeTable(table: string, rows: readonly Row[]): string {
  const info = tableInfo(table)
  const filled = new Set(rows.flatMap((row) => Object.keys(row)))
  const place = (name: string) => info?.columns.indexOf(columnOf(info.columns, name)!) ?? -1
  const names = [...filled].sort((a, b) => place(a) - place(b) || (a < b ? -1 : 1))
  if (!filled.has('id')) names.unshift('id')
  const sorted = [...rows].sort((a, b) => (a.id < b.id ? -1 : 1))
  return writeSeparated([names, ...sorted.map((row) => names.map((name) => toText(row[name])))], ',') + '\n'
}

export interface Imported {
  rows: Row[]
  /** Columns of the file that the table does not have. */
  unknown: string[]
}

/** Reads the rows of a file; undefined where its first line does not name the columns. A cell that is empty is none. */
export function readRows(table: string, text: string): Imported | undefined {
  const plain = text.replace(/^\uFEFF/, '')
  const [header, ...lines] = readSeparated(plain, separatorOf(plain))
  const names = header?.map((one) => one.trim()) ?? []
  const idAt = names.indexOf('id')
  if (idAt < 0) return undefined
  const rows = new Map<string, Row>()
  for (const line of lines) {
    const id = line[idAt]?.trim()
    if (!id) continue
    const cells = names.map((name, i): [string, CellValue | undefined] => {
      const column = cellColumn(table, id, name)
      return [name, column && name !== 'id' ? fromText(line[i] ?? '', column) : undefined]
    })
    rows.set(id, { ...Object.fromEntries(cells.filter((one): one is [string, CellValue] => one[1] !== undefined)), id })
  }
  return { rows: [...rows.values()], unknown: names.filter((name) => name !== '' && !cellColumn(table, 'x', name)) }
}

export interface Plan {
  added: Change[]
  changed: Change[]
  same: number
  /** Deletions of the rows that are not in the file. */
  missing: Change[]
}

/** What it takes to make a table say what a file says. */
export function planOf(table: string, before: ReadonlyMap<string, Row>, rows: readonly Row[]): Plan {
  const plan: Plan = { added: [], changed: [], same: 0, missing: [] }
  const there = new Set(rows.map((row) => row.id))
  for (const after of rows) {
    const now = before.get(after.id)
    if (!now) plan.added.push({ table, id: after.id, after })
    else if (equalRows(now, after)) plan.same++
    else plan.changed.push({ table, id: after.id, before: now, after })
  }
  for (const [id, now] of before) if (!there.has(id)) plan.missing.push({ table, id, before: now })
  return plan
}
