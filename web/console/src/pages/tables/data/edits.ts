// What people do to rows. Every edit shows at once, is stored at once, and can
// be taken back.
import type { CellValue, Row } from '../../../api/config'
import { isList, registry } from '../../../registry'
import { applied, equalRows, History, type Change } from './changes'
import { withCells } from './cells'
import { place, rowsOf, type Held } from './rows'
import { bury, exhume, store } from './save'

export const history = new History()

export interface CellEdit {
  id: string
  cells: Record<string, CellValue | undefined>
}

/** Changes cells of rows; a row that is not there is made. Returns how many rows changed. */
export function setCells(table: string, edits: readonly CellEdit[]): number {
  const rows = rowsOf(table).value
  const changes = edits.map(({ id, cells }): Change => {
    const before = rows?.get(id)?.row
    return { table, id, before, after: withCells(before ?? { id }, cells) }
  })
  return perform(changes.filter((one) => !one.before || !equalRows(one.before, one.after)))
}

export function deleteRows(table: string, ids: readonly string[]): number {
  const rows = rowsOf(table).value
  return perform(ids.filter((id) => rows?.has(id)).map((id) => ({ table, id, before: rows?.get(id)?.row })))
}

/** Gives a row another id, and writes the new one wherever other rows name it. */
export function renameRow(table: string, id: string, to: string): number {
  const before = rowsOf(table).value?.get(id)?.row
  if (!before) return 0
  const changes = mentions(table, id).map(({ at, column }) => {
    const row = rowsOf(at.table).value!.get(at.id)!.row
    return { table: at.table, id: at.id, before: row, after: withCells(row, { [column]: renamed(row[column], id, to) }) }
  })
  return perform([...merged(changes), { table, id: to, after: { ...before, id: to } }, { table, id, before }])
}

function renamed(value: CellValue | undefined, id: string, to: string): CellValue | undefined {
  return Array.isArray(value) ? value.map((one) => (one === id ? to : String(one))) : to
}

/** One change a row, though several of its cells change. */
function merged(changes: readonly Change[]): Change[] {
  const byRow = new Map<string, Change>()
  for (const one of changes) {
    const key = `${one.table}/${one.id}`
    const other = byRow.get(key)
    byRow.set(key, other ? { ...other, after: applied(one, other.after) } : one)
  }
  return [...byRow.values()]
}

/** The cells that name a row of a table. Conditions are not looked into. */
export function mentions(table: string, id: string): { at: { table: string; id: string }; column: string }[] {
  return registry.tables.flatMap((info) =>
    info.columns
      .filter((column) => column.refers === table)
      .flatMap((column) =>
        [...(rowsOf(info.name).value ?? [])]
          .filter(([, { row }]) => {
            const value = row[column.name]
            return isList(column) && Array.isArray(value) ? (value as CellValue[]).includes(id) : value === id
          })
          .map(([other]) => ({ at: { table: info.name, id: other }, column: column.name })),
      ),
  )
}

/** Does changes and remembers how to undo them. Returns how many rows changed. */
export function perform(changes: Change[]): number {
  if (changes.length === 0) return 0
  history.did(changes)
  carryOut(changes)
  return changes.length
}

export function undo(): Change[] | undefined {
  const changes = history.undo()
  if (changes) carryOut(changes)
  return changes
}

export function redo(): Change[] | undefined {
  const changes = history.redo()
  if (changes) carryOut(changes)
  return changes
}

function carryOut(changes: readonly Change[]): void {
  for (const table of new Set(changes.map((one) => one.table))) {
    const rows = rowsOf(table).value
    const placed = new Map<string, Held | undefined>()
    for (const change of changes.filter((one) => one.table === table)) {
      const now = placed.has(change.id) ? placed.get(change.id) : rows?.get(change.id)
      placed.set(change.id, next(change, now))
    }
    place(table, placed)
  }
  void store(changes.map(({ table, id }) => ({ table, id })))
}

function next(change: Change, now: Held | undefined): Held | undefined {
  const row: Row | undefined = applied(change, now?.row)
  if (!row) {
    if (now) bury(change.table, change.id, now.version, now.stored)
    return undefined
  }
  return now ? { ...now, row } : { row, ...exhume(change.table, change.id) }
}
