import { registry, tableInfo, type Column, type Text } from '../registry'
import { language } from '../state/preferences'
import { words } from '.'

const said = (text: Text | undefined) => text?.[language.value] ?? ''

/** What people call a column beside its name. In English the name says it. */
export function columnLabel(column: Column): string {
  if (language.value === 'de') return column.label.de
  return column.name.includes('_') ? column.name.replaceAll('_', ' ') : ''
}

/** What a column or a setting is for, in one sentence. */
export function columnDoc(column: Column): string {
  return said(column.doc)
}

export function tableLabel(name: string): string {
  return said(tableInfo(name)?.label) || (name[0]?.toUpperCase() ?? '') + name.slice(1)
}

export function tableDoc(name: string): string {
  return said(tableInfo(name)?.doc)
}

/** How the cells of a type are written. */
export function typeDoc(type: string): string {
  return said(registry.types[type]?.doc)
}

const known = (name: string) => [...registry.conditions.fields, ...registry.conditions.functions].find((one) => one.name === name)

/** What a field or function of a condition means. */
export function conditionDoc(name: string): string {
  return said(known(name)?.doc)
}

/** What people call a field or function of a condition. */
export function conditionLabel(name: string): string {
  return said(known(name)?.label) || name
}

/** What people call a sign that compares; yes and no stand for what is true or false by itself. */
export function signLabel(sign: string): string {
  const { yes, no } = words.value.common
  return sign === 'yes' ? yes : sign === 'no' ? no : said(registry.conditions.labels[sign]) || sign
}
