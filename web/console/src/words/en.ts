import { common, phases, shell, ui } from './en/shell'
import { overview } from './en/overview'
import { changes } from './en/changes'
import { diff } from './en/diff'
import { dryrun } from './en/dryrun'
import { health } from './en/health'
import { history } from './en/history'
import { tables } from './en/tables'

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
}
