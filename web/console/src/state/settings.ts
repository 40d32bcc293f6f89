import { computed, effect, signal } from '@preact/signals'
import { readTable, type Row } from '../api/config'
import { rowsBefore } from './before'
import { key } from './session'
import { changes, snapshots } from './status'

const draft = signal<Row[]>([])

/** The settings that govern now: those of what is live, whatever the draft says. */
const live = computed(() => rowsBefore('settings', draft.value, changes.value))

function value(id: string) {
  return live.value.find((row) => row.id === id)?.value
}

/** Whether the draft goes live by itself. */
export const publishesItself = computed(() => value('publish') === 'auto')

/** Whether somebody else has to approve before a publish. */
export const needsApproval = computed(() => Number(value('approvals') ?? 0) > 0)

/** Reads the settings after signing in, and again when they may be others. */
export function followSettings(): void {
  const state = computed(() => {
    const now = snapshots.value
    return now && JSON.stringify([now.live, now.draft, changes.value.filter((one) => one.table === 'settings')])
  })
  effect(() => {
    if (key.value === null || state.value === null) return
    readTable('settings').then(
      (read) => (draft.value = read.map((one) => one.row)),
      () => undefined, // what was read last stands until the next reading
    )
  })
}
