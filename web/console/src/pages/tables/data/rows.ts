// The draft rows as this page shows them, edits included, and what the store
// has of them.
import { signal, type Signal } from '@preact/signals'
import { readTable, type Row } from '../../../api/config'
import { markKey, marks } from './marks'

export type Rows = ReadonlyMap<string, Row>

const tables = new Map<string, Signal<Rows | undefined>>()

/** The rows of a table by id; undefined until they were read. */
export function rowsOf(table: string): Signal<Rows | undefined> {
  const known = tables.get(table) ?? signal(undefined)
  tables.set(table, known)
  return known
}

/** The rows of the store with their versions by table/id, as far as it is known here. */
export const stored = new Map<string, { row: Row; version: string }>()

let stores = 0

/** Says that something was stored: what is being read at this moment is old. */
export function storedAnew(): void {
  stores++
}

/** The error of the last reading, until one succeeds. */
export const readError = signal<unknown>(null)

/** Reads the rows of a table. Rows that are not stored yet stay as they are here. */
export async function loadTable(table: string): Promise<void> {
  const before = stores
  try {
    const read = await readTable(table)
    if (stores !== before) return loadTable(table)
    const edited = (id: string) => marks.value.has(markKey(table, id))
    const rows = new Map([...(rowsOf(table).value ?? [])].filter(([id]) => edited(id)))
    for (const key of stored.keys()) if (key.startsWith(`${table}/`) && !marks.value.has(key)) stored.delete(key)
    for (const one of read) {
      if (edited(one.row.id)) continue
      rows.set(one.row.id, one.row)
      stored.set(markKey(table, one.row.id), one)
    }
    rowsOf(table).value = rows
    readError.value = null
  } catch (e) {
    readError.value = e
  }
}

/** Forgets everything, as when somebody signs out. */
export function forgetRows(): void {
  for (const one of tables.values()) one.value = undefined
}
