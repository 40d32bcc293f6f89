import { expect, test } from 'vitest'
import { registry } from '../../../registry'
import { comparisonOf, parse, print, spell } from './tree'

test.each([
  ['phase == "decision"', { name: 'phase', operator: '==', value: 'decision' }],
  ['count("product_view", "7d") >= 3', { name: 'count', args: ['product_view', '7d'], operator: '>=', value: '3', bare: true }],
  ['country not in ["AT", "CH"]', { name: 'country', operator: 'not in', value: ['AT', 'CH'] }],
  ['visitor.size in [38, 40]', { name: 'visitor.size', operator: 'in', value: ['38', '40'], bare: true }],
  ['country in []', { name: 'country', operator: 'in', value: [] }],
  ['visitor.email not endsWith "@shop.example"', { name: 'visitor.email', operator: 'not endsWith', value: '@shop.example' }],
  ['not seen("sofa-guide", "30d")', { name: 'seen', args: ['sofa-guide', '30d'], operator: 'no' }],
  ['missing(visitor.tier)', { name: 'missing', args: ['visitor.tier'], operator: 'yes' }],
  ['context.member', { name: 'context.member', operator: 'yes' }],
  ['context.delta > -2.5', { name: 'context.delta', operator: '>', value: '-2.5', bare: true }],
  ['context.quote == "say \\"and\\" \\\\"', { name: 'context.quote', operator: '==', value: 'say "and" \\' }],
])('%s', (text, want) => {
  expect(parse(text)).toEqual({ join: 'and', parts: [text] })
  expect(comparisonOf(text)).toEqual(want)
  expect(spell(want)).toBe(text)
})

test('a number can be typed sign by sign', () => {
  for (const value of ['', '-', '1.']) {
    const text = spell({ name: 'visitor.age', operator: '>', value, bare: true })
    expect(comparisonOf(parse(text)!.parts[0]!)?.value).toBe(value)
  }
})

test('texts in single quotes are read', () => {
  expect(comparisonOf("country=='AT'")).toEqual({ name: 'country', operator: '==', value: 'AT' })
})

test('and and or are split where no bracket and no quote is open', () => {
  expect(parse('phase == "a and b" and (channel == "web" || channel == "app")')).toEqual({
    join: 'and',
    parts: ['phase == "a and b"', '(channel == "web" || channel == "app")'],
  })
  expect(parse('a.b == 1 and a.and == 2 or a.d == 3')).toEqual({ join: 'or', parts: ['a.b == 1 and a.and == 2', 'a.d == 3'] })
})

test.each([
  'spent("365d") / count("purchase", "365d") > 200',
  'not (standing == "active")',
  'not standing == "active"',
  'count("cart_add", "7d") > count("cart_remove", "7d")',
  'visitor["first name"] == "Ann"',
  '(phase == "a" or phase == "b")',
  'a ? b : c',
  'phase == “x”',
])('%s stays text', (text) => {
  expect(comparisonOf(text)).toBeUndefined()
  expect(print(parse(`phase == "x" and ${text}`)!)).toBe(`phase == "x" and ${text}`)
})

test.each(['phase == "x', 'phase == (', 'phase == "x")', 'and', 'phase == "x" and', 'a.b and or a.c', 'count("a" == 1]'])('%s has no shape', (text) => {
  expect(parse(text)).toBeUndefined()
})

test('no text is no condition', () => {
  expect(parse('  \n')).toEqual({ join: 'and', parts: [] })
  expect(print({ join: 'and', parts: [] })).toBe('')
})

test('a change leaves the other parts as they were written', () => {
  const { join, parts } = parse("phase   ==  'decision' and country=='AT' and 1 + 1 == 2")!
  const changed = spell({ ...comparisonOf(parts[1]!)!, value: 'DE' })
  expect(print({ join, parts: parts.with(1, changed) })).toBe(`phase   ==  'decision' and country == "DE" and 1 + 1 == 2`)
})

test('text of several parts keeps together', () => {
  expect(print({ join: 'and', parts: ['a.b == 1 or a.c == 2', 'a.d == 3'] })).toBe('(a.b == 1 or a.c == 2) and a.d == 3')
  expect(print({ join: 'and', parts: ['a.b == 1 or a.c == 2'] })).toBe('a.b == 1 or a.c == 2')
  expect(print({ join: 'or', parts: ['a.b == 1 and a.c == 2', 'a.d == 3'] })).toBe('a.b == 1 and a.c == 2 or a.d == 3')
})

const examples = [...registry.conditions.fields, ...registry.conditions.functions, ...registry.conditions.signs].map((one) => one.example)

test.each(examples)('%s', (example) => {
  const conditions = parse(example)!
  expect(print(conditions)).toBe(example)
  for (const part of conditions.parts) {
    const comparison = comparisonOf(part)
    if (comparison) expect(comparisonOf(spell(comparison))).toEqual(comparison)
  }
})
