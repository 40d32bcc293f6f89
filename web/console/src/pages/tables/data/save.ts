// Stores edited rows one call at a time, so that each edit names the version
// that the one before it left. What was edited meanwhile goes with the next call.
import { deleteRow, MAX_EDITS, readRow, writeRow, writeRows, type Edit, type Row } from '../../../api/config'
import { ApiError, refusedWith } from '../../../api/problem'
import { problems, refreshStatus } from '../../../state/status'
import { equalRows } from './cells'
import { conflicts, mark, markKey, saveError, saving, type Conflict } from './marks'
import { loadTable, rowsOf, stored, storedAnew } from './rows'

interface Place {
  table: string
  id: string
}

const keyOf = ({ table, id }: Place) => markKey(table, id)
const rowAt = ({ table, id }: Place) => rowsOf(table).value?.get(id)

const dirty = new Map<string, Place>()
let running: Promise<void> | null = null

/** Stores rows as they stand here now. */
export function store(table: string, ids: readonly string[]): void {
  const places = ids.map((id) => ({ table, id }))
  for (const one of places) dirty.set(keyOf(one), one)
  mark(places.map(keyOf), {})
  retry()
}

/** Stores what waits, such as because the store did not answer. */
export function retry(): void {
  running ??= run().finally(() => (running = null))
}

/** Whether leaving the page now would lose something. */
export function unsaved(): boolean {
  return saving.value > 0
}

async function run(): Promise<void> {
  while (dirty.size > 0) {
    const batch = [...dirty.values()].slice(0, MAX_EDITS)
    for (const one of batch) dirty.delete(keyOf(one))
    try {
      if (batch.length === 1) await storeOne(batch[0]!)
      else await storeMany(batch)
      saveError.value = null
    } catch (e) {
      for (const one of batch) dirty.set(keyOf(one), one)
      saveError.value = e
      return
    }
  }
  void refreshStatus()
}

async function storeOne(at: Place): Promise<void> {
  const key = keyOf(at)
  const mine = rowAt(at)
  const was = stored.get(key)
  try {
    if (mine && !equalRows(mine, was?.row)) {
      const { body, version } = await writeRow(at.table, mine, was?.version ?? null)
      stored.set(key, { row: mine, version })
      problems.value = body.problems
    } else if (!mine && was) {
      problems.value = await deleteRow(at.table, at.id, was.version)
      stored.delete(key)
    }
    storedAnew()
    settle(key)
  } catch (e) {
    if (refusedWith(e, 'row_changed')) await disagree(at, mine)
    else if (refusal(e)) mark([key], e.fields.length > 0 ? Object.fromEntries(e.fields.map((one) => [one.field, one.message])) : { '': e.message })
    else throw e
  }
}

/** All or none: where one row is refused, they go one by one. The versions that the call left are read. */
async function storeMany(batch: readonly Place[]): Promise<void> {
  const sent = batch.map((at) => ({ at, row: rowAt(at), was: stored.get(keyOf(at)) })).filter(({ row, was }) => row || was)
  try {
    problems.value = await writeRows(
      sent.map(({ at, row, was }): Edit => ({ table: at.table, ...(row ? { row } : { delete: at.id }), version: was?.version }) as Edit),
      dirty.size > 0,
    )
  } catch (e) {
    if (!refusal(e)) throw e
    for (const one of batch) await storeOne(one)
    return
  }
  storedAnew()
  for (const { at, row } of sent) {
    if (row) stored.set(keyOf(at), { row, version: '' })
    else stored.delete(keyOf(at))
  }
  for (const at of batch) settle(keyOf(at))
  for (const table of new Set(batch.map((at) => at.table))) await loadTable(table)
}

function settle(key: string): void {
  if (!dirty.has(key)) mark([key], undefined)
}

/** Whether the server answered that it does not take what was sent, and never will. */
function refusal(e: unknown): e is ApiError {
  return e instanceof ApiError && e.status >= 400 && e.status < 500 && e.status !== 401 && e.status !== 429
}

/** Asks what is there now, so that the person can choose; where it says the same as before, nobody has to. */
async function disagree(at: Place, mine: Row | undefined): Promise<void> {
  const key = keyOf(at)
  const was = stored.get(key)
  try {
    const { body, version } = await readRow(at.table, at.id)
    stored.set(key, { row: body, version })
  } catch (e) {
    if (!(e instanceof ApiError) || e.status !== 404) throw e
    stored.delete(key)
  }
  const theirs = stored.get(key)?.row
  if (equalRows(theirs, was?.row) || equalRows(theirs, mine)) dirty.set(key, at)
  else conflicts.value = [...conflicts.value, { ...at, mine, theirs }]
}

/** Ends a conflict with the row that the person chose; undefined deletes it. */
export function resolve(conflict: Conflict, chosen: Row | undefined): void {
  conflicts.value = conflicts.value.filter((one) => one !== conflict)
  const { table, id } = conflict
  const rows = new Map(rowsOf(table).value)
  if (chosen) rows.set(id, chosen)
  else rows.delete(id)
  rowsOf(table).value = rows
  store(table, [id])
}
