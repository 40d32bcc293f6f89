// What may stand in a cell, as suggestions: ids of other tables, words,
// names, and what other rows have.
import { registry, type Column } from '../../../registry'
import { language } from '../../../state/preferences'
import { phaseName } from '../../../state/phases'
import { words } from '../../../words'
import { rowsOf } from './rows'

export interface Option {
  value: string
  /** What it is, beside its name. */
  hint?: string
}

export const durations = ['1h', '12h', '1d', '3d', '7d', '14d', '30d', '60d', '90d', '180d', '365d']

/** The suggestions for a column; none where anything may stand. */
export function suggestionsFor(column: Column, table: string): Option[] {
  const { channels, touchpoints } = registry.vocabulary
  const { yes, no } = words.value.common
  if (column.refers) return idOptions(column.refers)
  if (column.words) return plain(column.words)
  switch (column.type) {
    case 'bool':
      return [{ value: 'true', hint: yes }, { value: 'false', hint: no }]
    case 'picks':
      return [...idOptions('items'), ...plain(used('items', 'tags').map((tag) => `tag:${tag}`))]
    case 'duration':
      return plain(durations)
    case 'zone':
      return plain(Intl.supportedValuesOf('timeZone'))
    case 'currency':
      return plain(Intl.supportedValuesOf('currency'))
    case 'name':
      return plain(column.name === 'channel' ? ['*', ...channels] : [...touchpoints, ...used(table, column.name)])
    case 'names':
      return plain([...channels, ...used(table, column.name)])
    case 'text':
    case 'condition':
      return []
  }
  return plain(used(table, column.name))
}

/** The ids of a table with what people call their rows. */
export function idOptions(table: string): Option[] {
  return [...(rowsOf(table).value?.values() ?? [])].map((row) => ({
    value: row.id,
    hint: table === 'phases' ? phaseName(row.id) : String(row[`content.title.${language.value}`] ?? row['content.title'] ?? row.kind ?? ''),
  }))
}

export function plain(values: readonly string[]): Option[] {
  return [...new Set(values)].map((value) => ({ value }))
}

/** What other rows of the table have in this column, by name. */
function used(table: string, column: string): string[] {
  return [...(rowsOf(table).value?.values() ?? [])].flatMap((row) => row[column] ?? []).map(String).sort()
}

/** The first options that have what was typed in them. */
export function matching(options: readonly Option[], typed: string): Option[] {
  const wanted = typed.trim().toLowerCase()
  return options.filter((one) => `${one.value} ${one.hint ?? ''}`.toLowerCase().includes(wanted)).slice(0, 60)
}
