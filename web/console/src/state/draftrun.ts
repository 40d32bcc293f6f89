import { signal } from '@preact/signals'
import { readDryRun } from '../api/cycle'
import { createRun } from './run'

/** The dry run of the draft. It goes on, and its result stays, while other pages are looked at. */
export const draftRun = createRun(readDryRun)

/** How many visitors there were when somebody counted all of them last. */
export const visitorTotal = signal<number | undefined>(undefined)
