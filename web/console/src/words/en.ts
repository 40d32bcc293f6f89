import { common, names, phases, shell, ui } from './en/shell'
import { changes } from './en/changes'
import { diff } from './en/diff'
import { dryrun } from './en/dryrun'
import { health } from './en/health'
import { history } from './en/history'
import { journeys } from './en/journeys'
import { overview } from './en/overview'
import { tables } from './en/tables'
import { visitor } from './en/visitor'

// One line a page: each page's words are a file of their own in en/ and de/.
export const en = {
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
