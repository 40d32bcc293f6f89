import type { Words } from '.'
import { common, phases, shell, ui } from './de/shell'
import { overview } from './de/overview'
import { tables } from './de/tables'

// One line a page: each page's words are a file of their own in en/ and de/.
export const de: Words = {
  common,
  shell,
  ui,
  phases,
  overview,
  tables,
}
