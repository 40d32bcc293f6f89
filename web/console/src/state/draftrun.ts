import { effect } from '@preact/signals'
import { readDryRun } from '../api/cycle'
import { createRun } from './run'
import { key } from './session'

/** The dry run of the draft. It goes on, and its result stays, while other pages are looked at. */
export const draftRun = createRun(readDryRun)

/** Forgets the dry run of whoever signs out. */
export function followDraftRun(): void {
  effect(() => {
    if (key.value === null) draftRun.clear()
  })
}
