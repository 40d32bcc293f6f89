import { common, phases, shell, ui } from './en/shell'
import { overview } from './en/overview'
import { tables } from './en/tables'

// One line a page: each page's words are a file of their own in en/ and de/.
export const en = {
  common,
  shell,
  ui,
  phases,
  overview,
  tables,
}
