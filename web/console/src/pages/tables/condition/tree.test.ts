import { expect, test } from 'vitest'
import { registry } from '../../../registry'
import { parse, print, type Comparison, type Group } from './tree'

const first = (text: string) => parse(text)?.parts[0]

test.each([
  ['phase == "decision"', { name: 'phase', operator: '==', value: 'decision' }],
  ['count("product_view", "7d") >= 3', { name: 'count', args: ['product_view', '7d'], operator: '>=', value: 3 }],
  ['country not in ["AT", "CH"]', { name: 'country', operator: 'not in', value: ['AT', 'CH'] }],
  ['visitor.email not endsWith "@shop.example"', { name: 'visitor.email', operator: 'not endsWith', value: '@shop.example' }],
  ['not seen("sofa-guide", "30d")', { name: 'seen', args: ['sofa-guide', '30d'], operator: 'no' }],
  ['missing(visitor.tier)', { name: 'missing', args: ['visitor.tier'], operator: 'yes' }],
  ['context.member', { name: 'context.member', operator: 'yes' }],
  ['context.delta > -2.5', { name: 'context.delta', operator: '>', value: -2.5 }],
  ['context.quote == "say \\"and\\" \\\\"', { name: 'context.quote', operator: '==', value: 'say "and" \\' }],
])('%s', (text, want) => {
  expect(first(text)).toEqual({ kind: 'comparison', source: text, ...want })
})

test('and and or become groups', () => {
  const tree = parse('phase == "a" and (channel == "web" || channel == "app")')
  expect(tree?.join).toBe('and')
  expect(tree?.parts[1]).toMatchObject({ kind: 'group', join: 'or', parts: [{ name: 'channel' }, { name: 'channel' }] })
  expect(parse('a.b == 1 and a.c == 2 or a.d == 3')).toMatchObject({ join: 'or', parts: [{ kind: 'group', join: 'and' }, { name: 'a.d' }] })
})

test.each([
  'spent("365d") / count("purchase", "365d") > 200',
  'not (standing == "active")',
  'count("cart_add", "7d") > count("cart_remove", "7d")',
  'visitor["first name"] == "Ann"',
])('%s stays text', (text) => {
  expect(first(text)).toEqual({ kind: 'raw', source: text })
  expect(print(parse(`phase == "x" and ${text}`)!)).toBe(`phase == "x" and ${text}`)
})

test.each(['phase == "x', 'phase == (', 'phase == "x")', 'a ? b : c', 'phase == “x”', 'and', 'phase == "x" and', 'count("a" == 1]'])(
  '%s has no shape',
  (text) => {
    expect(parse(text)).toBeUndefined()
  },
)

test('no text is no condition', () => {
  expect(parse('  \n')).toEqual({ kind: 'group', join: 'and', parts: [] })
  expect(print({ kind: 'group', join: 'and', parts: [] })).toBe('')
})

test('a change leaves the other parts as they were written', () => {
  const tree = parse("phase   ==  'decision' and country=='AT' and 1 + 1 == 2")!
  const changed = { ...(tree.parts[1] as Comparison), value: 'DE', source: undefined }
  expect(print({ ...tree, parts: tree.parts.with(1, changed) })).toBe(`phase   ==  'decision' and country == "DE" and 1 + 1 == 2`)
})

test('text of several parts keeps together', () => {
  const group: Group = { kind: 'group', join: 'and', parts: [{ kind: 'raw', source: 'a.b == 1 or a.c == 2' }, { kind: 'raw', source: 'a.d == 3' }] }
  expect(print(group)).toBe('(a.b == 1 or a.c == 2) and a.d == 3')
  expect(print({ ...group, parts: group.parts.slice(0, 1) })).toBe('a.b == 1 or a.c == 2')
})

const examples = [...registry.conditions.fields, ...registry.conditions.functions, ...registry.conditions.signs].map((one) => one.example)

test.each(examples)('%s', (example) => {
  const tree = parse(example)!
  const again = print(tree)
  expect(again).toBe(example)
  expect(strip(parse(print(strip(tree)))!)).toEqual(strip(tree))
})

/** The tree without what was written, so that everything is spelled anew. */
function strip(group: Group): Group {
  return {
    ...group,
    parts: group.parts.map((one) => {
      if (one.kind === 'group') return strip(one)
      if (one.kind === 'raw') return one
      const { source: _, ...rest } = one
      return rest
    }),
  }
}
