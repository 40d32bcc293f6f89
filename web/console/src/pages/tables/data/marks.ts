import { computed, signal } from '@preact/signals'
import type { Row } from '../../../api/config'

/** What keeps a row from being stored, or that it is on its way. */
export interface Mark {
  state: 'saving' | 'waiting' | 'refused'
  /** What the server says of the cells that it could not read, by column; '' is the row. */
  faults: Record<string, string>
}

/** Somebody else changed a row that was changed here too. */
export interface Conflict {
  table: string
  id: string
  mine?: Row
  theirs?: Row
  base?: Row
  version: string | null
}

export const marks = signal<ReadonlyMap<string, Mark>>(new Map())
export const conflicts = signal<readonly Conflict[]>([])

/** Why rows wait to be stored: the store does not answer. */
export const saveError = signal<unknown>(null)

export const saving = computed(() => [...marks.value.values()].filter((one) => one.state !== 'refused').length)
export const refused = computed(() => [...marks.value.values()].filter((one) => one.state === 'refused').length)

/** How many calls have stored something: rows that were read before are old. */
export const stores = signal(0)

export function markKey(table: string, id: string): string {
  return `${table}/${id}`
}

/** Marks rows, or takes their marks away (undefined). */
export function mark(keys: Iterable<string>, what: Mark | undefined): void {
  const changed = new Map(marks.value)
  for (const key of keys) {
    if (what) changed.set(key, what)
    else changed.delete(key)
  }
  marks.value = changed
}
