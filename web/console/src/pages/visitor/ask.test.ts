import { expect, test } from 'vitest'
import { eachAlone, essence, type FilledPlacement, type Preview, type PreviewRequest } from '../../api/decision'
import { likely, pretendedAt } from './pretended'
import { asked, declaredIn } from './situation'

const settings = [
  { table: 'settings', version: '1', row: { id: 'context.basket', value: 'number' } },
  { table: 'settings', version: '1', row: { id: 'context.member', value: 'bool' } },
  { table: 'settings', version: '1', row: { id: 'window', value: '100' } },
]
const declared = declaredIn(settings)

test('what was left empty is not sent, and declared keys have their type', () => {
  expect(declared.map((one) => one.name)).toEqual(['basket', 'member'])
  const context = { channel: 'web', locale: ' de-AT ', country: ' ', basket: '12,5', member: 'false' }
  expect(asked({ context, consent: 'stored' }, declared)).toEqual({ context: { channel: 'web', locale: 'de-AT', basket: 12.5, member: false }, consent: undefined })
  expect(asked({ context: {}, consent: 'none' }, declared)).toEqual({ context: {}, consent: 'none' })
})

test('pretended touchpoints lie before the moment of the decision', () => {
  const moment = Date.parse('2026-11-22T10:00:00Z')
  expect(pretendedAt([likely, { ...likely, item: ' sofa-3 ', days: 2 }], moment)).toEqual([
    { type: 'cart_add', channel: 'web', item: undefined, at: '2026-11-22T10:00:00.000Z' },
    { type: 'cart_add', channel: 'web', item: 'sofa-3', at: '2026-11-20T10:00:00.000Z' },
  ])
})

const filled = (rule: string, title: string): FilledPlacement => ({
  items: [{ id: 'sofa', kind: 'content', content: { title, text: 'Soft' } }],
  rule,
  fallback: false,
})

test('sides differ in what they show and in why, whatever the order of fields', () => {
  const same = filled('a', 'Sofa')
  const turned = { ...same, items: [{ ...same.items[0]!, content: { text: 'Soft', title: 'Sofa' } }] }
  expect(essence(turned)).toBe(essence(same))
  for (const other of [filled('b', 'Sofa'), filled('a', 'Bed'), undefined]) expect(essence(other)).not.toBe(essence(same))
})

test('only placements that lost an item to an earlier one are asked again, alone, at the same moment', async () => {
  const item = (column: string) => ({ item: 'sofa', shown: false, failed: { column, wanted: '', actual: '' } })
  const answer = (at: string, ...parts: [string, string, string][]): Preview => ({
    visitor: '', snapshot: 's_1', at, personal: true, phase: null, touchpoints: { rejected: [] },
    placements: Object.fromEntries(parts.map(([name, rule]) => [name, filled(rule, 'Sofa')])),
    explanation: { placements: parts.map(([placement, rule, column]) => ({ placement, rules: [{ rule, won: false, items: [item(column)] }] })) },
  })
  const requests: PreviewRequest[] = []
  const whole = await eachAlone(async (request) => {
    requests.push(request)
    return request.placements
      ? answer('T', [request.placements[0]!, 'alone', 'when'])
      : answer('T', ['hero', 'first', 'enabled'], ['mail', 'second', 'items'])
  }, { snapshot: 'live' })
  expect(requests).toEqual([{ snapshot: 'live' }, { snapshot: 'live', at: 'T', placements: ['mail'] }])
  expect(Object.values(whole.placements).map((one) => one.rule)).toEqual(['first', 'alone'])
  expect(whole.explanation?.placements.map((one) => one.rules[0]!.rule)).toEqual(['first', 'alone'])
})
