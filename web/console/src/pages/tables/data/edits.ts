// What people do to rows. Every edit shows at once, is stored at once, and can
// be taken back.
import { signal } from '@preact/signals'
import type { CellValue, Row } from '../../../api/config'
import { differing, equalRows, withCells } from './cells'
import { rowsOf } from './rows'
import { store } from './save'

/** One row before and after; without before it is new, without after it is deleted. */
export interface Change {
  id: string
  before?: Row
  after?: Row
}

interface Edit {
  table: string
  changes: readonly Change[]
}

/** The edits of this sitting that can be taken back. */
export const history = signal<readonly Edit[]>([])

export interface CellEdit {
  id: string
  cells: Record<string, CellValue | undefined>
}

/** Changes cells of rows; a row that is not there is made. Returns how many rows changed. */
export function setCells(table: string, edits: readonly CellEdit[]): number {
  const rows = rowsOf(table).value
  return setRows(table, edits.map(({ id, cells }) => withCells(rows?.get(id) ?? { id }, cells)))
}

/** Puts rows in the place of those with their ids, or beside the others. Returns how many changed. */
export function setRows(table: string, rows: readonly Row[]): number {
  const now = rowsOf(table).value
  return perform(table, rows.map((after) => ({ id: after.id, before: now?.get(after.id), after })).filter((one) => !equalRows(one.before, one.after)))
}

export function deleteRows(table: string, ids: readonly string[]): number {
  return perform(table, ids.map((id) => ({ id, before: rowsOf(table).value?.get(id) })))
}

function perform(table: string, changes: readonly Change[]): number {
  if (changes.length > 0) {
    history.value = [...history.value, { table, changes }]
    carryOut(table, changes)
  }
  return changes.length
}

/** Takes the last edit back. Returns how many rows it had changed. */
export function undo(): number {
  const last = history.value.at(-1)
  if (!last) return 0
  history.value = history.value.slice(0, -1)
  carryOut(last.table, last.changes.map(({ id, before, after }) => ({ id, before: after, after: before })))
  return last.changes.length
}

function carryOut(table: string, changes: readonly Change[]): void {
  const rows = new Map(rowsOf(table).value)
  for (const one of changes) {
    const row = applied(one, rows.get(one.id))
    if (row) rows.set(one.id, row)
    else rows.delete(one.id)
  }
  rowsOf(table).value = rows
  store(table, changes.map((one) => one.id))
}

/** What a change makes of the row that is there now: cells that it does not touch stay as they are. */
function applied({ before, after }: Change, now: Row | undefined): Row | undefined {
  if (!after || !before || !now) return after
  return withCells(now, Object.fromEntries(differing(before, after).map((name) => [name, after[name]])))
}
