import { expect, test } from 'vitest'
import { cellColumn, registry, tableInfo } from '../../../registry'
import { differing, fromText, toText, withCells } from './cells'

const column = (table: string, name: string, row = 'x') => cellColumn(table, row, name)

test.each([
  ['rules', 'order', '10', 10],
  ['items', 'value', '49,90', 49.9],
  ['items', 'value', '1.5e3', 1500],
  ['items', 'value', '0x10', '0x10'],
  ['items', 'value', 'many', 'many'],
  ['rules', 'enabled', 'FALSCH', false],
  ['rules', 'enabled', 'ja', true],
  ['rules', 'enabled', 'maybe', 'maybe'],
  ['rules', 'phases', 'decision| consideration', ['decision', 'consideration']],
  ['rules', 'phases', 'decision, consideration', ['decision', 'consideration']],
  ['items', 'tags', 'beds, big|sale', ['beds, big', 'sale']],
  ['rules', 'weights', '70|30', [70, 30]],
  ['rules', 'weights', '0,5|0,25', [0.5, 0.25]],
  ['rules', 'weights', '70, 30', [70, 30]],
  ['rules', 'weights', '70|x', ['70', 'x']],
  ['rules', 'starts', '3.11.2026 9:00', '2026-11-03 09:00'],
  ['rules', 'starts', '03.11.2026', '2026-11-03'],
  ['rules', 'starts', '2026-11-03', '2026-11-03'],
  ['rules', 'when', ' phase == "x" ', ' phase == "x" '],
  ['rules', 'when', '  ', undefined],
  ['items', 'content.title.de', '12', '12'],
] as const)('%s.%s: %s', (table, name, text, value) => {
  expect(fromText(text, column(table, name))).toEqual(value)
})

test('what a setting may hold follows from its id', () => {
  expect(column('settings', 'value', 'approvals')?.type).toBe('integer')
  expect(column('settings', 'value', 'trait.tier')?.words).toContain('number')
  expect(column('settings', 'value', 'nonsense')?.type).toBe('text')
})

test('families have their members and no others', () => {
  expect(column('items', 'content.title')?.name).toBe('content.<field>[.<locale>]')
  expect(column('items', 'content.title.de-AT')?.family).toBe(true)
  expect(column('items', 'content.')).toBeUndefined()
  expect(column('phases', 'label.de')?.type).toBe('text')
  expect(column('phases', 'label')).toBeUndefined()
})

test('the example of every column is read and spelled back', () => {
  const columns = [...registry.tables.flatMap((one) => one.columns), ...registry.settings]
  for (const one of columns) {
    const value = fromText(one.example, one)
    const read = fromText(toText(value), one)
    expect(read, one.name).toEqual(value)
    if (one.type === 'integer' || one.type === 'number') expect(typeof value, one.name).toBe('number')
  }
  expect(tableInfo('rules')?.columns[0]?.name).toBe('id')
})

test('rows differ in the cells that differ', () => {
  const row = { id: 'a', tags: ['x'], order: 1 }
  const changed = withCells(row, { order: undefined, note: 'n', tags: ['x'] })
  expect(changed).toEqual({ id: 'a', tags: ['x'], note: 'n' })
  expect(differing(row, changed).sort()).toEqual(['note', 'order'])
})
