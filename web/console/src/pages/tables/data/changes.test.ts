import { expect, test } from 'vitest'
import { applied, History, inverse, type Change } from './changes'

const before = { id: 'a', order: 1, note: 'x' }
const after = { id: 'a', order: 2, note: 'x' }
const change: Change = { table: 'rules', id: 'a', before, after }

test('an edit changes its own cells and leaves those that others changed', () => {
  expect(applied(change, { id: 'a', order: 1, note: 'theirs', enabled: false })).toEqual({ id: 'a', order: 2, note: 'theirs', enabled: false })
})

test('a row that is made or deleted is as it was', () => {
  expect(applied({ table: 'rules', id: 'a', after }, undefined)).toBe(after)
  expect(applied({ table: 'rules', id: 'a', before }, before)).toBeUndefined()
  expect(applied({ table: 'rules', id: 'a', before, after }, undefined)).toBe(after)
})

test('undoing turns an edit round, last part first', () => {
  const made: Change = { table: 'rules', id: 'b', after: { id: 'b' } }
  expect(inverse([change, made])).toEqual([
    { table: 'rules', id: 'b', before: { id: 'b' }, after: undefined },
    { table: 'rules', id: 'a', before: after, after: before },
  ])
})

test('what was undone can be done again until something else is', () => {
  const history = new History()
  expect(history.undo()).toBeUndefined()
  history.did([change])
  expect(history.undo()).toEqual(inverse([change]))
  expect(history.depth.value).toEqual({ undo: 0, redo: 1 })
  expect(history.redo()).toEqual([change])
  expect(history.undo()).toEqual(inverse([change]))
  history.did([change])
  expect(history.redo()).toBeUndefined()
  expect(history.depth.value).toEqual({ undo: 1, redo: 0 })
})
