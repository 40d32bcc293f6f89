// Stores edited rows one call at a time, so that each edit names the version
// that the one before it left. What was edited meanwhile goes with the next call.
import { deleteRow, MAX_EDITS, readRow, writeRow, writeRows, type Edit, type Row } from '../../../api/config'
import { ApiError, refusedWith, type FieldFault } from '../../../api/problem'
import { problems, refreshStatus } from '../../../state/status'
import { equalRows } from './changes'
import { conflicts, mark, markKey, saveError, stores, type Conflict } from './marks'
import { loadTable, place, rowsOf } from './rows'

interface Place {
  table: string
  id: string
}

const dirty = new Map<string, Place>()
/** Versions of rows that were deleted here and still are in the store. */
const graves = new Map<string, { version: string; stored?: Row }>()
let running: Promise<void> | null = null

const inFlight = new Set<string>()

/** Says that a stored row was taken away here. */
export function bury(table: string, id: string, version: string | null, stored?: Row): void {
  if (version !== null) graves.set(markKey(table, id), { version, stored })
}

/** The version that a row which comes back replaces. */
export function exhume(table: string, id: string): { version: string | null; stored?: Row } {
  const key = markKey(table, id)
  const grave = graves.get(key)
  graves.delete(key)
  return grave ?? { version: null }
}

/** Stores rows as they stand here now. */
export function store(places: readonly Place[]): Promise<void> {
  for (const one of places) dirty.set(markKey(one.table, one.id), one)
  mark(places.map((one) => markKey(one.table, one.id)), { state: 'saving', faults: {} })
  return (running ??= run().finally(() => (running = null)))
}

/** Tries again what waits because the store did not answer. */
export function retry(): void {
  if (dirty.size > 0) void store([...dirty.values()])
}

/** Whether leaving the page now would lose something. */
export function unsaved(): boolean {
  return dirty.size > 0 || inFlight.size > 0
}

async function run(): Promise<void> {
  while (dirty.size > 0) {
    const batch = [...dirty.values()].slice(0, MAX_EDITS)
    const keys = batch.map((one) => markKey(one.table, one.id))
    for (const key of keys) {
      dirty.delete(key)
      inFlight.add(key)
    }
    try {
      if (batch.length === 1) await storeOne(batch[0]!)
      else await storeMany(batch)
      saveError.value = null
    } catch (e) {
      batch.forEach((one, i) => dirty.set(keys[i]!, one))
      mark(keys, { state: 'waiting', faults: {} })
      saveError.value = e
      return
    } finally {
      for (const key of keys) inFlight.delete(key)
    }
  }
  void refreshStatus()
}

async function storeOne(at: Place): Promise<void> {
  const key = markKey(at.table, at.id)
  const mine = rowsOf(at.table).value?.get(at.id)
  const grave = graves.get(key)
  try {
    if (mine) {
      if (mine.version !== null && equalRows(mine.row, mine.stored)) return settle(key)
      const sent = mine.row
      const { body, version } = await writeRow(at.table, sent, mine.version)
      stores.value++
      const now = rowsOf(at.table).value?.get(at.id)
      if (now) place(at.table, new Map([[at.id, { row: now.row, stored: sent, version }]]))
      else graves.set(key, { version, stored: sent })
      problems.value = body.problems
    } else if (grave) {
      problems.value = await deleteRow(at.table, at.id, grave.version)
      stores.value++
      graves.delete(key)
      const back = rowsOf(at.table).value?.get(at.id)
      if (back) place(at.table, new Map([[at.id, { row: back.row, version: null }]]))
    }
    settle(key)
  } catch (e) {
    if (refusedWith(e, 'row_changed')) await disagree(at)
    else if (!refuse([at], e, () => '')) throw e
  }
}

async function storeMany(batch: readonly Place[]): Promise<void> {
  const sent = new Map<string, Row>()
  const edits: Edit[] = []
  const places: Place[] = []
  for (const at of batch) {
    const mine = rowsOf(at.table).value?.get(at.id)
    const grave = graves.get(markKey(at.table, at.id))
    if (mine) edits.push({ table: at.table, row: mine.row, ...(mine.version !== null && { version: mine.version }) })
    else if (grave) edits.push({ table: at.table, delete: at.id, version: grave.version })
    else {
      settle(markKey(at.table, at.id))
      continue
    }
    places.push(at)
    if (mine) sent.set(markKey(at.table, at.id), mine.row)
  }
  if (edits.length === 0) return
  try {
    problems.value = await writeRows(edits, dirty.size > 0)
    stores.value++
  } catch (e) {
    if (refusedWith(e, 'row_changed')) {
      for (const one of places) await storeOne(one)
      return
    }
    const at = (one: Place) => `rows[${places.indexOf(one)}]`
    if (!refuse(places, e, at)) throw e
    return
  }
  for (const one of places) {
    const key = markKey(one.table, one.id)
    if (!sent.has(key)) graves.delete(key)
    settle(key)
  }
  await adopt(places, sent)
}

/** Learns the versions that a call for many rows left, also for those that were edited again meanwhile. */
async function adopt(places: readonly Place[], sent: ReadonlyMap<string, Row>): Promise<void> {
  for (const table of new Set(places.map((one) => one.table))) {
    const read = await loadTable(table)
    if (!read) throw new ApiError(0, 'unreachable', '')
    for (const one of places.filter((at) => at.table === table)) {
      const key = markKey(one.table, one.id)
      const mine = rowsOf(table).value?.get(one.id)
      const theirs = read.get(one.id)
      if (mine && theirs && dirty.has(key) && equalRows(theirs.row, sent.get(key))) {
        place(table, new Map([[one.id, { ...theirs, row: mine.row }]]))
      }
    }
  }
}

function settle(key: string): void {
  if (!dirty.has(key)) mark([key], undefined)
}

/** Marks the rows that the server could not read, and sends the others of the call again. */
function refuse(places: readonly Place[], e: unknown, prefix: (one: Place) => string): boolean {
  if (!(e instanceof ApiError) || e.status < 400 || e.status >= 500 || e.status === 401 || e.status === 429) return false
  const guilty = places.filter((one) => e.fields.some((fault) => concerns(fault, prefix(one))))
  for (const one of guilty.length > 0 ? guilty : places) {
    const faults = Object.fromEntries(
      e.fields.filter((fault) => concerns(fault, prefix(one))).map((fault) => [columnOfFault(fault, prefix(one)), fault.message]),
    )
    mark([markKey(one.table, one.id)], { state: 'refused', faults: Object.keys(faults).length > 0 ? faults : { '': e.message } })
  }
  if (guilty.length > 0) {
    for (const one of places) if (!guilty.includes(one)) dirty.set(markKey(one.table, one.id), one)
  }
  return true
}

function concerns(fault: FieldFault, prefix: string): boolean {
  return prefix === '' || fault.field === prefix || fault.field.startsWith(`${prefix}.`)
}

function columnOfFault(fault: FieldFault, prefix: string): string {
  return prefix === '' ? fault.field : fault.field.slice(prefix.length + 1).replace(/^row\.?/, '')
}

/** Asks what is there now, so that the person can choose. */
async function disagree(at: Place): Promise<void> {
  const mine = rowsOf(at.table).value?.get(at.id)
  const conflict: Conflict = { ...at, mine: mine?.row, base: mine?.stored ?? graves.get(markKey(at.table, at.id))?.stored, version: null }
  try {
    const theirs = await readRow(at.table, at.id)
    conflict.theirs = theirs.body
    conflict.version = theirs.version
  } catch (e) {
    if (!(e instanceof ApiError) || e.status !== 404) throw e
  }
  const key = markKey(at.table, at.id)
  conflicts.value = [...conflicts.value.filter((one) => markKey(one.table, one.id) !== key), conflict]
}

/** Ends a conflict with the row that the person chose; undefined deletes it. */
export function resolve(conflict: Conflict, chosen: Row | undefined): void {
  conflicts.value = conflicts.value.filter((one) => one !== conflict)
  const { table, id, theirs, version } = conflict
  if (chosen) graves.delete(markKey(table, id))
  else bury(table, id, version, theirs)
  place(table, new Map([[id, chosen ? { row: chosen, stored: theirs, version } : undefined]]))
  if (equalRows(chosen, theirs)) settle(markKey(table, id))
  else void store([{ table, id }])
}
