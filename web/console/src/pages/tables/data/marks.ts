import { computed, signal } from '@preact/signals'
import type { Row } from '../../../api/config'

/** What the server says of the cells of a row that it could not read, by column; '' is the row. */
export type Faults = Record<string, string>

/** Somebody else changed a row that was changed here too. A side without a row deleted it. */
export interface Conflict {
  table: string
  id: string
  mine?: Row
  theirs?: Row
}

/** The rows that are not stored as they are here, by table/id: with faults those that were refused, without any those on their way. */
export const marks = signal<ReadonlyMap<string, Faults>>(new Map())
export const conflicts = signal<readonly Conflict[]>([])

/** Why rows wait to be stored: the store does not answer. */
export const saveError = signal<unknown>(null)

export const refused = computed(() => [...marks.value.values()].filter((one) => Object.keys(one).length > 0).length)
export const saving = computed(() => marks.value.size - refused.value)

export function markKey(table: string, id: string): string {
  return `${table}/${id}`
}

/** Marks rows, or takes their marks away (undefined). */
export function mark(keys: Iterable<string>, faults: Faults | undefined): void {
  const changed = new Map(marks.value)
  for (const key of keys) {
    if (faults) changed.set(key, faults)
    else changed.delete(key)
  }
  marks.value = changed
}
