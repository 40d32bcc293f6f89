// What the program that serves the console knows of tables, columns, settings
// and conditions. Whatever a form or a grid asks for comes from here.

/** A text in both languages. A label is German alone: in English the name is one. */
export interface Text {
  en?: string
  de: string
}

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
  label: Text
  doc: Text
  /** Stands for many columns, such as label.<locale>. */
  family: boolean
}

export interface TableInfo {
  name: string
  label: Text
  doc: Text
  columns: Column[]
}

export interface ConditionField {
  name: string
  type: string
  /** What its value is one of: phases, channels, … */
  among?: string
  label: Text
  doc: Text
  example: string
}

export interface ConditionFunction {
  name: string
  args: { name: string; among?: string }[]
  type: string
  label: Text
  doc: Text
  call: string
  example: string
}

export interface Registry {
  tables: TableInfo[]
  settings: Column[]
  types: Record<string, { doc: Text; list: boolean }>
  vocabulary: { touchpoints: string[]; channels: string[]; milestones: string[]; standings: string[]; labels: Record<string, Text> }
  conditions: {
    fields: ConditionField[]
    functions: ConditionFunction[]
    operators: Record<string, string[]>
    labels: Record<string, Text>
    signs: { sign: string; does: string; types: string[]; label: Text; doc: Text; example: string }[]
  }
}

/** There once it was read: no page is shown before. */
export let registry: Registry

export function fillRegistry(read: Registry): void {
  registry = read
}

export function tableInfo(name: string): TableInfo | undefined {
  return registry.tables.find((one) => one.name === name)
}

/** Whether name is of the family, such as content.title.de of content.<field>[.<locale>]. */
export function belongs(name: string, family: string): boolean {
  const pattern = family
    .replace(/[.*+?^${}()|\\]/g, '\\$&')
    .replace(/\[(.*)\]/, '(?:$1)?')
    .replace(/<locale>/g, '[A-Za-z]{2,3}(?:-[A-Za-z0-9]{2,8})*')
    .replace(/<(tag|channel|group)>/g, '.+')
    .replace(/<period>/g, '(?:day|week|month|life)')
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
