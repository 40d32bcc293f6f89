// What the checker knows of tables, columns, settings and conditions, as Go
// writes it. Whatever a form or a grid asks for comes from here.
import generated from './generated/registry.json'

export interface Column {
  name: string
  type: string
  needed: boolean
  /** What an empty cell means. */
  default?: unknown
  min?: number
  max?: number
  /** What a word or words may be. */
  words?: string[]
  /** The table whose ids the cell names. */
  refers?: string
  /** As in a CSV file. */
  example: string
  doc: string
  /** Stands for many columns, such as label.<locale>. */
  family: boolean
}

export interface TableInfo {
  name: string
  doc: string
  columns: Column[]
}

export interface ConditionField {
  name: string
  type: string
  /** What its value is one of: phases, channels, … */
  among?: string
  doc: string
  example: string
}

export interface ConditionFunction {
  name: string
  args: { name: string; among?: string }[]
  type: string
  doc: string
  call: string
  example: string
}

interface Registry {
  tables: TableInfo[]
  settings: Column[]
  types: Record<string, { doc: string; list: boolean }>
  vocabulary: { touchpoints: string[]; channels: string[]; milestones: string[]; standings: string[] }
  conditions: {
    fields: ConditionField[]
    functions: ConditionFunction[]
    operators: Record<string, string[]>
    signs: { sign: string; does: string; types: string[]; doc: string; example: string }[]
  }
}

export const registry = generated as unknown as Registry

export function tableInfo(name: string): TableInfo | undefined {
  return registry.tables.find((one) => one.name === name)
}

/** Whether name is of the family, such as content.title.de of content.<field>[.<locale>]. */
export function belongs(name: string, family: string): boolean {
  const pattern = family
    .replace(/[.*+?^${}()|\\]/g, '\\$&')
    .replace(/\[(.*)\]/, '(?:$1)?')
    .replace(/<locale>/g, '[A-Za-z]{2,3}(?:-[A-Za-z0-9]{2,8})*')
    .replace(/<tag>/g, '.+')
    .replace(/<[a-z]+>/g, '[A-Za-z0-9_-]+')
  return new RegExp(`^${pattern}$`).test(name)
}

/** The column of that name, or the family that it belongs to. */
export function columnOf(columns: readonly Column[], name: string): Column | undefined {
  return columns.find((one) => one.name === name) ?? columns.find((one) => one.family && belongs(name, one.name))
}

/** What the cell of a row may hold. In settings, that of value follows from the id. */
export function cellColumn(table: string, row: string, name: string): Column | undefined {
  const info = tableInfo(table)
  const found = info && columnOf(info.columns, name)
  if (!found || table !== 'settings' || name !== 'value') return found
  const setting = columnOf(registry.settings, row)
  return setting ? { ...setting, name } : found
}

export function isList(column: Column): boolean {
  return registry.types[column.type]?.list ?? false
}

/** Types whose cells are numbers. */
export function isNumeric(column: Column): boolean {
  return column.type === 'integer' || column.type === 'number'
}
