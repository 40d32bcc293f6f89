import { expect, test } from 'vitest'
import type { Problem } from '../../../api/problem'
import { cellColumn } from '../../../registry'
import { caretLine, indexProblems, meantName, mended, placeOf } from './placement'

const problem = (column: string, message: string, offset = 0): Problem => ({
  table: 'rules',
  row: 'winter',
  column,
  offset,
  severity: 'error',
  message,
})

test('problems are found by row', () => {
  const index = indexProblems([problem('when', 'a'), problem('when', 'b'), { ...problem('id', 'c'), table: 'items' }], 'rules')
  expect(index.get('winter')?.map((one) => one.message)).toEqual(['a', 'b'])
  expect(index.size).toBe(1)
})

test('offsets count bytes, texts count UTF-16', () => {
  const text = 'visitor.stadt == "Köln 🏠" and pase'
  const bytes = new TextEncoder().encode(text.slice(0, text.indexOf('pase'))).length
  expect(placeOf(text, bytes)).toBe(text.indexOf('pase'))
  expect(placeOf(text, 10_000)).toBe(text.length)
})

test('the caret stands in its line', () => {
  expect(caretLine('a\nbü == c', 5)).toBe('bü == c\n  ^')
  expect(caretLine('', 0)).toBe('\n^')
})

test.each([
  ['there is no item called sofa-gide; did you mean sofa-guide?', 'sofa-guide'],
  ['"at" is not a country; a country is two capital letters, such as "AT"; did you mean "AT"?', 'AT'],
  ['both fixed; one side has to be a field; did you mean phase without quotes?', 'phase'],
  ['there is no channel called "social."; did you mean social.*?', undefined],
  ['unknown variable; did you mean {{title}}?', undefined],
  ['must be later than starts', undefined],
])('%s', (message, want) => {
  expect(meantName(message)).toBe(want)
})

const when = (text: string, message: string, at: string) =>
  mended(problem('when', message, text.indexOf(at)), text, cellColumn('rules', 'winter', 'when')!)

test('a name in a condition is put right where it stands', () => {
  const text = 'pase == "decision" and count("prodct_view", "7d") >= 3'
  expect(when(text, 'there is no field called pase; did you mean phase?', 'pase')).toBe(text.replace('pase', 'phase'))
  expect(when(text, 'there is no touchpoint type called "prodct_view"; did you mean product_view?', '"prodct_view"')).toBe(
    text.replace('prodct_view', 'product_view'),
  )
  expect(when('visitor.aeg > 3', 'there is no trait called aeg; did you mean age?', 'visitor')).toBe('visitor.age > 3')
  expect(when('vistor.age > 3', 'there is nothing called vistor with a dot after it; did you mean visitor.age?', 'vistor')).toBe(
    'visitor.age > 3',
  )
  expect(when('age > 3', 'there is no field called age; did you mean visitor.age?', 'age')).toBe('visitor.age > 3')
  expect(when('"phase" == "x"', '"phase" and "x" are both fixed; did you mean phase without quotes?', '"phase"')).toBe('phase == "x"')
  expect(when('country == "at"', '"at" is not a country; did you mean "AT"?', '"at"')).toBe('country == "AT"')
})

const cell = (name: string, value: string | string[], message: string) =>
  mended(problem(name, message), value, cellColumn('rules', 'winter', name)!)

test('a member of a list is put right, the others stay', () => {
  expect(cell('items', ['a', 'sofa-gide'], 'there is no item called sofa-gide; did you mean sofa-guide?')).toEqual(['a', 'sofa-guide'])
  expect(cell('items', ['tag:guid', 'a'], 'no item has the tag guid; did you mean guide?')).toEqual(['tag:guide', 'a'])
  expect(cell('standings', ['active', 'lapsd'], 'must be prospect, active, cooling or lapsed; did you mean lapsed?')).toEqual(['active', 'lapsed'])
  expect(cell('choose', 'fixd', 'must be fixed, weighted or rank; did you mean fixed?')).toBe('fixed')
})

test('nothing is mended where no name is offered', () => {
  expect(cell('items', ['a', 'b'], 'there is no item called b; there are none')).toBeUndefined()
  expect(cell('choose', 'x', 'must be fixed, weighted or rank')).toBeUndefined()
})
