import type { Words } from '.'
import { common, names, phases, shell, ui } from './de/shell'
import { changes } from './de/changes'
import { diff } from './de/diff'
import { dryrun } from './de/dryrun'
import { health } from './de/health'
import { history } from './de/history'
import { journeys } from './de/journeys'
import { overview } from './de/overview'
import { tables } from './de/tables'
import { visitor } from './de/visitor'

// One line a page: each page's words are a file of their own in en/ and de/.
export const de: Words = {
  common,
  shell,
  ui,
  phases,
  overview,
  changes,
  diff,
  dryrun,
  health,
  history,
  tables,
  journeys,
  names,
  visitor,
}
