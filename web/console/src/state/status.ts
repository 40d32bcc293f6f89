import { computed, effect, signal } from '@preact/signals'
import { checkDraft, readDiff, readSnapshots, type RowDiff, type Snapshots } from '../api/config'
import type { Problem } from '../api/problem'
import { key } from './session'

/** What is live, what the draft would become, and what was published before. Null until it was read. */
export const snapshots = signal<Snapshots | null>(null)

/** Everything that is wrong with the draft. Edits hand in what their answers say. */
export const problems = signal<Problem[]>([])

/** The rows in which the draft differs from what is live. */
export const changes = signal<RowDiff[]>([])

/** Why the status could not be read, until it is again. */
export const statusError = signal<unknown>(null)

export const errorCount = computed(() => problems.value.filter((one) => one.severity === 'error').length)
export const warningCount = computed(() => problems.value.length - errorCount.value)

/** The publish that made the live snapshot live; none before the first. */
export const livePublish = computed(() => snapshots.value?.snapshots.find((one) => one.id === snapshots.value?.live))

let reading: Promise<void> | null = null
let again = false

/** Reads the status anew. Calls that come while it is read share one more reading, and wait for that. */
export function refreshStatus(): Promise<void> {
  if (reading) {
    again = true
    return reading.then(() => reading ?? undefined)
  }
  reading = read().finally(() => {
    reading = null
    if (again) {
      again = false
      void refreshStatus()
    }
  })
  return reading
}

async function read(): Promise<void> {
  if (key.value === null) return
  try {
    const [now, found] = await Promise.all([readSnapshots(), checkDraft()])
    const rows = now.draft === now.live ? [] : (await readDiff()).rows
    snapshots.value = now
    problems.value = found
    changes.value = rows
    statusError.value = null
  } catch (e) {
    statusError.value = e
  }
}

const every = 20_000

/** Reads the status at once after signing in, then every 20 s while somebody looks. */
export function followStatus(): void {
  effect(() => {
    if (key.value !== null) void refreshStatus()
    else {
      snapshots.value = null
      problems.value = []
      changes.value = []
    }
  })
  setInterval(() => {
    if (!document.hidden) void refreshStatus()
  }, every)
  document.addEventListener('visibilitychange', () => {
    if (!document.hidden) void refreshStatus()
  })
}
