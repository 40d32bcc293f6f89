import type { Row } from '../../../api/config'
import { toText } from './cells'

/**
 * What a search text asks of a row: every word must be in some cell, and
 * column:word in that column. Text in quotes is one word, a minus before a word
 * turns it round, and column: alone asks for a filled cell.
 */
export function filterOf(search: string): (row: Row) => boolean {
  const tests = wordsOf(search).map(testOf)
  return (row) => tests.every((one) => one(row))
}

function wordsOf(search: string): string[] {
  return search.toLowerCase().match(/-?(?:[\w.-]+:)?"[^"]*"?|\S+/g) ?? []
}

function testOf(written: string): (row: Row) => boolean {
  const turned = written.length > 1 && written.startsWith('-')
  const word = turned ? written.slice(1) : written
  const [, name, rest] = /^([a-z][\w.-]*):(.*)$/s.exec(word) ?? [undefined, '', word]
  const wanted = (rest ?? '').replaceAll('"', '')
  // tag:guide is a cell of rules, not a column.
  const holds = name && name !== 'tag' ? inColumn(name, wanted) : anywhere(word.replaceAll('"', ''))
  return turned ? (row) => !holds(row) : holds
}

function inColumn(name: string, wanted: string): (row: Row) => boolean {
  return (row) =>
    Object.entries(row).some(
      ([column, value]) => (column === name || column.startsWith(`${name}.`)) && toText(value).toLowerCase().includes(wanted),
    )
}

function anywhere(wanted: string): (row: Row) => boolean {
  return (row) => Object.values(row).some((value) => toText(value).toLowerCase().includes(wanted))
}
