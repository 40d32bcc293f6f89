import { expect, test } from 'vitest'
import type { Row } from '../../../api/config'
import { planOf, readRows, writeTable } from './csv'

const rules: Row[] = [
  { id: 'b', order: 2, items: ['x', 'tag:guide'], when: 'phase == "decision"\nand visitor.age > 3', enabled: false },
  { id: 'a', placements: ['home-hero'], weights: [0.5, 1], note: 'with, comma; and "quotes"' },
]

test('a table is read back as it was written', () => {
  const text = writeTable('rules', rules)
  expect(text.split('\n')[0]).toBe('id,order,placements,when,items,weights,enabled,note')
  expect(readRows('rules', text)?.rows).toEqual([rules[1], rules[0]])
  expect(readRows('rules', `\uFEFF${text.replaceAll('\n', '\r\n')}`)?.rows.map((one) => one.id)).toEqual(['a', 'b'])
})

test('a file of a spreadsheet with decimal commas is read', () => {
  const read = readRows('items', 'id;value;starts;colour\nsofa;49,90;1.12.2026;red\n')
  expect(read).toEqual({ rows: [{ id: 'sofa', value: 49.9, starts: '2026-12-01' }], unknown: ['colour'] })
})

test('a file without ids is none', () => {
  expect(readRows('rules', 'name,order\na,1')).toBeUndefined()
})

test('only what differs is planned', () => {
  const before = new Map(rules.map((row) => [row.id, row]))
  const plan = planOf('rules', before, [{ ...rules[0]!, order: 3 }, { id: 'c' }])
  expect(plan.changed.map((one) => one.id)).toEqual(['b'])
  expect(plan.added.map((one) => one.id)).toEqual(['c'])
  expect(plan.missing.map((one) => one.id)).toEqual(['a'])
  expect(planOf('rules', before, rules)).toEqual({ added: [], changed: [], same: 2, missing: [] })
})
