import type { Row } from '../../../api/config'
import { toText } from './cells'

/** What a search text asks of a row: every word must be in some cell, and column:word in that column. */
export function filterOf(search: string): (row: Row) => boolean {
  const words = search.toLowerCase().match(/\S+/g) ?? []
  return (row) => words.every((word) => Object.entries(row).some(([name, value]) => holds(name, toText(value).toLowerCase(), word)))
}

/** content:word asks in content.title, too. tag:guide is what cells of rules say, and is found in them. */
function holds(name: string, text: string, word: string): boolean {
  const [, column = '', wanted = ''] = /^([^:]+):(.*)/.exec(word) ?? []
  return text.includes(word) || ((name === column || name.startsWith(`${column}.`)) && text.includes(wanted))
}
