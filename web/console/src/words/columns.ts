import { registry, tableInfo, type Column } from '../registry'
import { language } from '../state/preferences'
import { columnsDe, conditionsDe, tablesDe, typesDe } from './columns.de'

/** The German text of a column: of its own table, or the one that tables share. */
export function germanColumn(table: string, name: string): { label: string; doc: string } | undefined {
  const found = columnsDe[`${table}.${name}`] ?? columnsDe[`*.${name}`]
  return found && { label: found[0], doc: found[1] }
}

/** What people call a column beside its name. In English the name says it. */
export function columnLabel(table: string, column: Column): string {
  const name = column.name
  if (language.value === 'de') return germanColumn(table, name)?.label ?? ''
  return name.includes('_') ? name.replaceAll('_', ' ') : ''
}

/** What a column is for, in one sentence. */
export function columnDoc(table: string, column: Column): string {
  return (language.value === 'de' && germanColumn(table, column.name)?.doc) || column.doc
}

/** What a setting is for, by its row's id or the name of its family. */
export function settingDoc(column: Column): string {
  return (language.value === 'de' && germanColumn('settings', column.name)?.doc) || column.doc
}

export function tableLabel(name: string): string {
  return (language.value === 'de' && tablesDe[name]?.[0]) || (name[0]?.toUpperCase() ?? '') + name.slice(1)
}

export function tableDoc(name: string): string {
  return (language.value === 'de' && tablesDe[name]?.[1]) || (tableInfo(name)?.doc ?? '')
}

/** How the cells of a type are written. */
export function typeDoc(type: string): string {
  return (language.value === 'de' && typesDe[type]) || (registry.types[type]?.doc ?? '')
}

/** What a field or function of a condition means. */
export function conditionDoc(name: string, doc: string): string {
  return (language.value === 'de' && conditionsDe[name]?.[1]) || doc
}

/** What people call a field or function of a condition. */
export function conditionLabel(name: string): string {
  return (language.value === 'de' ? conditionsDe[name]?.[0] : undefined) ?? name
}
