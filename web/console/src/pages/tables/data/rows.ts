// The draft rows as this page holds them: what the store has, and what was
// edited here since.
import { computed, signal, type ReadonlySignal, type Signal } from '@preact/signals'
import { readTable, type Row } from '../../../api/config'
import { marks, stores } from './marks'

export interface Held {
  row: Row
  /** The row as it is stored, and its version; none for one that is not stored yet. */
  stored?: Row
  version: string | null
}

export type Rows = ReadonlyMap<string, Held>

const held = new Map<string, Signal<Rows | undefined>>()

/** The rows of a table by id; undefined until they were read. */
export function rowsOf(table: string): Signal<Rows | undefined> {
  const known = held.get(table) ?? signal(undefined)
  held.set(table, known)
  return known
}

/** The error of the last reading, until one succeeds. */
export const readError = signal<unknown>(null)

/** Reads the rows of a table, and returns what it read. Rows that are not stored yet stay as they are here. */
export async function loadTable(table: string): Promise<Rows | undefined> {
  const stored = stores.peek()
  try {
    const read = new Map<string, Held>(
      (await readTable(table)).map((one) => [one.row.id, { row: one.row, stored: one.row, version: one.version }]),
    )
    if (stores.peek() !== stored) return loadTable(table)
    const before = rowsOf(table).value
    const rows = new Map(read)
    for (const key of marks.value.keys()) {
      if (!key.startsWith(`${table}/`)) continue
      const id = key.slice(table.length + 1)
      const mine = before?.get(id)
      if (mine) rows.set(id, mine)
      else rows.delete(id)
    }
    rowsOf(table).value = rows
    readError.value = null
    return read
  } catch (e) {
    readError.value = e
    return undefined
  }
}

/** Forgets everything, as when somebody signs out. */
export function forgetRows(): void {
  for (const one of held.values()) one.value = undefined
}

/** Puts rows in their place, or takes them away (undefined). */
export function place(table: string, changed: ReadonlyMap<string, Held | undefined>): void {
  const rows = new Map(rowsOf(table).value)
  for (const [id, one] of changed) {
    if (one) rows.set(id, one)
    else rows.delete(id)
  }
  rowsOf(table).value = rows
}

const ids = new Map<string, ReadonlySignal<string[]>>()

/** The ids of a table in the order of the store. */
export function idsOf(table: string): string[] {
  const known = ids.get(table) ?? computed(() => [...(rowsOf(table).value?.keys() ?? [])])
  ids.set(table, known)
  return known.value
}
