import { expect, test } from 'vitest'
import type { Row } from '../../../api/config'
import { readRows, writeTable } from './csv'

const rules: Row[] = [
  { id: 'b', order: 2, items: ['x', 'tag:guide'], when: 'phase == "decision"\nand visitor.age > 3', enabled: false },
  { id: 'a', placements: ['home-hero'], weights: [0.5, 1], note: 'with, comma; and "quotes"' },
]

test('a table is read back as it was written', () => {
  const text = writeTable('rules', rules)
  expect(text.split('\n')[0]).toBe('id,order,placements,when,items,weights,enabled,note')
  expect(readRows('rules', text)).toEqual([rules[1], rules[0]])
  expect(readRows('rules', `\uFEFF${text.replaceAll('\n', '\r\n')}`)).toMatchObject([{ id: 'a' }, { id: 'b' }])
})

test('a file of a spreadsheet with decimal commas is read', () => {
  expect(readRows('items', 'id;value;starts\nsofa;49,90;1.12.2026\n;1;\n')).toEqual([{ id: 'sofa', value: 49.9, starts: '2026-12-01' }])
})

test('a file without ids, or with columns that the table does not have, is refused', () => {
  expect(readRows('rules', 'name,order\na,1')).toEqual({ bad: ['id'] })
  expect(readRows('rules', 'id,colour,order\na,red,1')).toEqual({ bad: ['colour'] })
})
