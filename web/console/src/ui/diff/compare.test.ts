import { expect, test } from 'vitest'
import type { RowDiff } from '../../api/config'
import { byTable, countChanges, parts } from './compare'

const row = (table: string, id: string, change: RowDiff['change']): RowDiff => ({ table, row: id, change, cells: [] })

test('rows are grouped by table in their order, and counted by change', () => {
  const rows = [row('items', 'a', 'added'), row('items', 'b', 'changed'), row('rules', 'a', 'removed'), row('rules', 'c', 'changed')]
  expect(byTable(rows).map((group) => [group.table, group.rows.map((one) => one.row)])).toEqual([
    ['items', ['a', 'b']],
    ['rules', ['a', 'c']],
  ])
  expect(countChanges(rows)).toEqual({ added: 1, changed: 2, removed: 1 })
})

const shown = (list: { text: string; only: boolean }[]) => list.map((one) => (one.only ? `[${one.text}]` : one.text)).join('')

test.each([
  ['count("cart_add", "7d") > 0', 'count("cart_add", "14d") > 2', 'count("cart_add", "[7d]") > [0]', 'count("cart_add", "[14d]") > [2]'],
  [['a', 'b'], ['a', 'c', 'b'], 'a, b', 'a, [c, ]b'],
  [20, 30, '[20]', '[30]'],
  [undefined, 'new', '', '[new]'],
  ['gone', undefined, '[gone]', ''],
  [true, false, '[true]', '[false]'],
  ['für Sofas', 'für Betten', 'für [Sofas]', 'für [Betten]'],
])('%s to %s shows what only one side has', (from, to, left, right) => {
  const both = parts(from, to)
  expect([shown(both.from), shown(both.to)]).toEqual([left, right])
})

test('the parts of a side together are its text', () => {
  const from = 'a '.repeat(1000)
  const to = 'b '.repeat(1000)
  const both = parts(from, to)
  expect(both.from.map((one) => one.text).join('')).toBe(from)
  expect(both.to.map((one) => one.text).join('')).toBe(to)
})
