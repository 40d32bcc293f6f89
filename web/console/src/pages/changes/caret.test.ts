import { expect, test } from 'vitest'
import { placeOf } from './caret'

test('the place is where the byte offset points, whatever the characters take', () => {
  expect(placeOf('phase = "x"', 6)).toEqual({ line: 'phase = "x"', before: 6, character: 7 })
  const text = 'visitor.größe == 1 and fase == "x"'
  const offset = new TextEncoder().encode(text.slice(0, text.indexOf('fase'))).length
  const found = placeOf(text, offset)
  expect([...found.line].slice(found.before).join('')).toBe('fase == "x"')
  expect(found.character).toBe(text.indexOf('fase') + 1)
})

test('of a text of several lines it shows one', () => {
  expect(placeOf('a and\nb ~ c\nand d', 8)).toEqual({ line: 'b ~ c', before: 2, character: 9 })
})

test('of a long line it shows what is around', () => {
  const found = placeOf('x'.repeat(500), 250)
  expect(found.line.length).toBeLessThan(100)
  expect(found.line.startsWith('…') && found.line.endsWith('…')).toBe(true)
})

test('an offset behind the end is the end', () => {
  expect(placeOf('ab', 99)).toEqual({ line: 'ab', before: 2, character: 3 })
})
