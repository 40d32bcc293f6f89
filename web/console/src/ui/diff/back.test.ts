import { expect, test } from 'vitest'
import type { RowDiff } from '../../api/config'
import { editBack, turned } from './back'

const changed: RowDiff = {
  table: 'rules', row: 'r', change: 'changed',
  cells: [{ column: 'order', from: 10, to: 20 }, { column: 'note', to: 'new' }, { column: 'when', from: 'a' }],
}
const added: RowDiff = { table: 'rules', row: 'n', change: 'added', cells: [{ column: 'order', to: 5 }] }
const now = (row: { id: string; [column: string]: string | number }) => ({ table: 'rules', version: 'v1', row })

test('a changed row gets its cells back and keeps the others', () => {
  expect(editBack(changed, now({ id: 'r', order: 20, note: 'new', items: 'x' }))).toEqual({
    table: 'rules', version: 'v1', row: { id: 'r', order: 10, items: 'x', when: 'a' },
  })
})

test('a new row goes, a removed one comes back', () => {
  expect(editBack(added, now({ id: 'n', order: 5 }))).toEqual({ table: 'rules', version: 'v1', delete: 'n' })
  expect(editBack({ ...added, change: 'removed', cells: [{ column: 'order', from: 5 }] }, undefined)).toEqual({
    table: 'rules', row: { id: 'n', order: 5 },
  })
})

test('what somebody else took back already is left alone', () => {
  expect(editBack(added, undefined)).toBeUndefined()
  expect(editBack(changed, undefined)).toBeUndefined()
  expect(editBack({ ...added, change: 'removed' }, now({ id: 'n' }))).toBeUndefined()
})

test('a difference that is taken back and then turned is as it was', () => {
  const row = { id: 'r', order: 20, note: 'new' }
  const back = editBack(changed, now(row))
  expect(back && 'row' in back && editBack(turned(changed), { ...now({ id: 'r' }), row: back.row })).toEqual({ table: 'rules', version: 'v1', row })
  expect(turned(added)).toEqual({ table: 'rules', row: 'n', change: 'removed', cells: [{ column: 'order', from: 5, to: undefined }] })
  expect(turned(turned(changed))).toEqual({ ...changed, cells: changed.cells.map((cell) => ({ from: undefined, to: undefined, ...cell })) })
})
