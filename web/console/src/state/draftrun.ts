import { readDryRun } from '../api/cycle'
import { createRun } from './run'

/** The dry run of the draft. It goes on, and its result stays, while other pages are looked at. */
export const draftRun = createRun(readDryRun)
