// What may stand in a cell, as suggestions: ids of other tables, words,
// names, and what other rows have.
import type { CellValue } from '../../../api/config'
import { registry, type Column } from '../../../registry'
import { language } from '../../../state/preferences'
import { phaseName, phaseNumber } from '../../../state/phases'
import { rowsOf } from './rows'

export interface Option {
  value: string
  /** What it is, beside its name. */
  hint?: string
}

const durations = ['1h', '12h', '1d', '3d', '7d', '14d', '30d', '60d', '90d', '180d', '365d']
const countries =
  'AT DE CH LI IT FR BE NL LU GB IE ES PT DK SE NO FI IS PL CZ SK HU SI HR RO BG GR CY MT EE LV LT RS BA UA TR US CA MX BR AR AU NZ JP KR CN IN ZA AE IL'.split(' ')

/** The suggestions for a column; none where anything may stand. */
export function suggestionsFor(column: Column, table: string): Option[] {
  switch (column.type) {
    case 'word':
    case 'words':
      return plain(column.words ?? [])
    case 'bool':
      return plain(['true', 'false'])
    case 'id':
      return column.name === 'id' ? [] : column.refers ? idOptions(column.refers) : plain(used(table, column.name))
    case 'ids':
      return idOptions(column.refers ?? '')
    case 'picks':
      return [...idOptions('items'), ...plain(used('items', 'tags').map((tag) => `tag:${tag}`))]
    case 'tags':
      return plain(used(table, column.name))
    case 'name':
      return plain(column.name === 'channel' ? ['*', ...registry.vocabulary.channels] : merged(registry.vocabulary.touchpoints, used(table, column.name)))
    case 'names':
      return plain(merged(registry.vocabulary.channels, used(table, column.name)))
    case 'duration':
      return plain(durations)
    case 'zone':
      return plain(Intl.supportedValuesOf('timeZone'))
    case 'currency':
      return plain(Intl.supportedValuesOf('currency'))
    case 'countries':
      return countries.map((value) => ({ value, hint: regionName(value) }))
    case 'locales':
      return plain(merged(contentLocales(), ['de', 'de-AT', 'de-CH', 'en', 'fr', 'it']))
  }
  return []
}

/** The ids of a table with what people call their rows. */
export function idOptions(table: string): Option[] {
  const rows = [...(rowsOf(table).value?.values() ?? [])]
  if (table === 'phases') rows.sort((a, b) => phaseNumber(a.row.id) - phaseNumber(b.row.id))
  return rows.map(({ row }) => ({ value: row.id, hint: hintOf(table, row) }))
}

function hintOf(table: string, row: Record<string, CellValue>): string | undefined {
  const lang = language.value
  if (table === 'phases') return phaseName(String(row.id))
  if (table === 'items') return text(row[`content.title.${lang}`] ?? row['content.title'] ?? row['content.subject'] ?? row.kind)
  if (table === 'placements') return text(row.kind)
  return undefined
}

function text(value: CellValue | undefined): string | undefined {
  return value === undefined ? undefined : String(value)
}

function plain(values: readonly string[]): Option[] {
  return values.map((value) => ({ value }))
}

function merged(a: readonly string[], b: readonly string[]): string[] {
  return [...new Set([...a, ...b])]
}

/** What other rows of the table have in this column, by name. */
function used(table: string, column: string): string[] {
  const values = new Set<string>()
  for (const { row } of rowsOf(table).value?.values() ?? []) {
    const value = row[column]
    for (const one of Array.isArray(value) ? value : value === undefined ? [] : [value]) values.add(String(one))
  }
  return [...values].sort()
}

/** The languages in which there is content, and those of the phases' labels. */
export function contentLocales(): string[] {
  const found = new Set<string>()
  for (const table of ['items', 'phases']) {
    for (const { row } of rowsOf(table).value?.values() ?? []) {
      for (const name of Object.keys(row)) {
        const locale = /^(?:content\.[^.]+|label)\.([A-Za-z-]+)$/.exec(name)?.[1]
        if (locale) found.add(locale)
      }
    }
  }
  return [...found].sort()
}

function regionName(code: string): string | undefined {
  try {
    return new Intl.DisplayNames(language.value, { type: 'region' }).of(code)
  } catch {
    return undefined
  }
}

const shown = 60

/** The options that fit what was typed: those that begin like it first. */
export function matching(options: readonly Option[], typed: string): Option[] {
  const wanted = typed.trim().toLowerCase()
  if (wanted === '') return options.slice(0, shown)
  const begins = options.filter((one) => one.value.toLowerCase().startsWith(wanted))
  const holds = options.filter(
    (one) =>
      !one.value.toLowerCase().startsWith(wanted) &&
      (one.value.toLowerCase().includes(wanted) || one.hint?.toLowerCase().includes(wanted)),
  )
  return [...begins, ...holds].slice(0, shown)
}
