import { expect, test } from 'vitest'
import { addDryRun, type DryRun, type Example } from './dryrun'

const somebody = (...names: string[]): Example[] => names.map((visitor) => ({ visitor, at: '2026-11-22T10:00:00Z' }))

const page = (more: Partial<DryRun>): DryRun => ({
  from: 's_1', to: 's_2', sample: 'visitors', at: '2026-11-22T10:00:00Z', phase_names: ['awareness', 'decision'],
  visitors: 10, decisions: 10, changed: 1, phases: [], items: [], rules: [], fallbacks: [], pressure: [], ...more,
})

test('figures of the same cell add up, others stand beside them', () => {
  const sum = addDryRun(
    page({
      phases: [{ from: 'awareness', to: 'awareness', decisions: 9 }, { from: 'awareness', to: 'decision', decisions: 1, examples: somebody('a') }],
      items: [{ placement: 'hero', item: 'sofa', before: 3, after: 4, won: 2, lost: 1 }],
      rules: [{ placement: 'hero', rule: 'r', before: 3, after: 4 }],
      pressure: [{ item: 'few', limit: 'budget', before: 1, after: 1, budget: 100, taken: 3 }, { item: 'few', limit: 'cap_day', before: 1, after: 0 }],
      next: 'a',
    }),
    page({
      visitors: 5, decisions: 6, changed: 2,
      phases: [{ from: 'awareness', to: 'decision', decisions: 2, examples: somebody('b', 'c') }],
      items: [
        { placement: 'hero', item: 'sofa', before: 1, after: 0, won: 0, lost: 1, examples: somebody('b') },
        { placement: 'mail', item: 'sofa', before: 1, after: 1, won: 0, lost: 0 },
      ],
      rules: [{ placement: 'hero', rule: 'r', before: 1, after: 0 }],
      fallbacks: [{ placement: 'hero', before: 0, after: 1, won: 1, lost: 0 }],
      pressure: [{ item: 'few', limit: 'budget', before: 2, after: 3, budget: 100, taken: 4 }],
    }),
  )
  expect([sum.visitors, sum.decisions, sum.changed, sum.next]).toEqual([15, 16, 3, undefined])
  expect(sum.phases.map((c) => [c.from, c.to, c.decisions])).toEqual([['awareness', 'awareness', 9], ['awareness', 'decision', 3]])
  expect(sum.phases[1]?.examples).toEqual(somebody('a', 'b', 'c'))
  expect(sum.items.map((c) => [c.placement, c.before, c.after, c.won, c.lost])).toEqual([['hero', 4, 4, 2, 2], ['mail', 1, 1, 0, 0]])
  expect(sum.rules).toEqual([{ placement: 'hero', rule: 'r', before: 4, after: 4 }])
  expect(sum.fallbacks[0]?.won).toBe(1)
  expect(sum.pressure).toEqual([{ item: 'few', limit: 'budget', before: 3, after: 4, budget: 100, taken: 4 }, { item: 'few', limit: 'cap_day', before: 1, after: 0 }])
})

test('a cell keeps the first five examples, and a page that is added is not changed', () => {
  const cell = { from: 'awareness', to: 'decision', decisions: 4 }
  const first = page({ phases: [{ ...cell, examples: somebody('a', 'b', 'c', 'd') }] })
  const sum = addDryRun(first, page({ phases: [{ ...cell, examples: somebody('e', 'f') }] }))
  expect(sum.phases[0]?.examples?.map((one) => one.visitor)).toEqual(['a', 'b', 'c', 'd', 'e'])
  expect(first.phases[0]?.examples).toHaveLength(4)
})
