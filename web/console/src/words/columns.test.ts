import { expect, test } from 'vitest'
import { tables as de } from './de/tables'
import { tables as en } from './en/tables'
import { registry } from '../registry'
import { columnsDe, conditionsDe, tablesDe, typesDe } from './columns.de'

const german = (table: string, name: string) => columnsDe[`${table}.${name}`] ?? columnsDe[`*.${name}`]

test('every table, column and setting has a German text', () => {
  const missing = registry.tables.flatMap((table) => [
    ...(tablesDe[table.name] ? [] : [table.name]),
    ...table.columns.filter((one) => !german(table.name, one.name)).map((one) => `${table.name}.${one.name}`),
  ])
  missing.push(...registry.settings.filter((one) => !german('settings', one.name)).map((one) => `settings.${one.name}`))
  expect(missing).toEqual([])
})

test('every type, field and function has a German text, and every sign of comparison a word', () => {
  const { fields, functions, operators } = registry.conditions
  const missing = [
    ...Object.keys(registry.types).filter((name) => !typesDe[name]),
    ...[...fields, ...functions].filter((one) => !conditionsDe[one.name]).map((one) => one.name),
    ...Object.values(operators).flat().filter((sign) => !en.condition.signs[sign] || !de.condition.signs[sign]),
  ]
  expect(missing).toEqual([])
})

test('no German text is of a column that is gone', () => {
  const there = new Set(registry.tables.flatMap((table) => table.columns.flatMap((one) => [`${table.name}.${one.name}`, `*.${one.name}`])))
  for (const one of registry.settings) there.add(`settings.${one.name}`)
  const stale = Object.keys(columnsDe).filter((name) => !there.has(name))
  expect(stale).toEqual([])
})
