import { expect, test } from 'vitest'
import { readSeparated, separatorOf, writeSeparated } from './separated'

test('a block of a spreadsheet keeps its cells, its empty ones and its line ends', () => {
  expect(readSeparated('a\tb\r\n\t"two\nlines ""here"""\r\n', '\t')).toEqual([
    ['a', 'b'],
    ['', 'two\nlines "here"'],
  ])
})

test('one cell, and nothing at all, are one line of one cell', () => {
  expect(readSeparated('sofa', '\t')).toEqual([['sofa']])
  expect(readSeparated('', '\t')).toEqual([['']])
})

test('an empty cell at the end of a line is there', () => {
  expect(readSeparated('a,\nb,', ',')).toEqual([['a', ''], ['b', '']])
})

test('a quote that never ends takes the rest', () => {
  expect(readSeparated('"a,b\nc', ',')).toEqual([['a,b\nc']])
})

test('what is written is read back', () => {
  const cells = ['', 'plain', 'with, comma', 'with; semicolon', 'with\ttab', 'two\nlines', 'a "quote"', '"', 'ü€']
  const lines = cells.map((one, i) => [one, cells[(i + 3) % cells.length]!])
  for (const separator of [',', ';', '\t'] as const) {
    expect(readSeparated(writeSeparated(lines, separator), separator)).toEqual(lines)
  }
})

test('the separator follows from the header', () => {
  expect(separatorOf('id,order\na;b;c,1')).toBe(',')
  expect(separatorOf('id;order\r\na,5;1')).toBe(';')
  expect(separatorOf('id\torder')).toBe('\t')
})
