import { expect, test } from 'vitest'
import { rowsBefore } from './before'

test('rows before a diff are those after it with every change taken back', () => {
  const after = [{ id: 'zone', value: 'UTC' }, { id: 'publish', value: 'auto' }, { id: 'new', value: 'x' }]
  const before = rowsBefore('settings', after, [
    { table: 'settings', row: 'publish', change: 'changed', cells: [{ column: 'value', from: 'manual', to: 'auto' }, { column: 'note', to: 'n' }] },
    { table: 'settings', row: 'new', change: 'added', cells: [{ column: 'value', to: 'x' }] },
    { table: 'settings', row: 'approvals', change: 'removed', cells: [{ column: 'value', from: 1 }] },
    { table: 'rules', row: 'zone', change: 'added', cells: [] },
  ])
  expect(before).toEqual([{ id: 'zone', value: 'UTC' }, { id: 'publish', value: 'manual' }, { id: 'approvals', value: 1 }])
  expect(after[1]).toEqual({ id: 'publish', value: 'auto' })
})
