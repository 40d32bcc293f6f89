import { expect, test } from 'vitest'
import type { DryRun } from '../../api/dryrun'
import { de } from '../../words/de'
import { en } from '../../words/en'
import { matrixOf, movers, movingRules } from './figures'
import { summary } from './summary'

const run = (more: Partial<DryRun>): DryRun => ({
  from: 's_1', to: 's_2', at: '2026-11-22T10:00:00Z', phase_names: ['awareness', 'consideration', 'decision'],
  visitors: 812, decisions: 812, changed: 97, items: [], rules: [], fallbacks: [],
  phases: [
    { from: 'awareness', to: 'awareness', decisions: 700 },
    { from: 'awareness', to: 'consideration', decisions: 5 },
    { from: 'consideration', to: 'decision', decisions: 12 },
    { from: 'decision', to: 'awareness', decisions: 1 },
  ],
  ...more,
})

const telling = (words: typeof en) => ({ words, number: String, phase: (id: string) => id })

test('the sentence tells how many, the largest moves, the winner, the loser and the fallbacks', () => {
  const full = run({
    items: [
      { placement: 'hero', item: 'sofa', before: 40, after: 12, won: 3, lost: 31 },
      { placement: 'hero', item: 'bed', before: 1, after: 29, won: 28, lost: 0 },
      { placement: 'mail', item: 'bed', before: 1, after: 2, won: 1, lost: 0 },
    ],
    fallbacks: [{ placement: 'hero', before: 5, after: 4, won: 0, lost: 1 }, { placement: 'mail', before: 0, after: 2, won: 2, lost: 0 }],
  })
  expect(summary(full, telling(en))).toEqual([
    'For 97 of 812 visitors something would be different.',
    '12 would move from “consideration” to “decision”.',
    '5 would move from “awareness” to “consideration”.',
    'bed would be shown 28 times more often in hero.',
    'sofa would be shown 28 times less often in hero.',
    'A fallback would be shown once more often.',
  ])
  expect(summary(full, telling(de))[0]).toBe('Für 97 von 812 Besuchern wäre etwas anders.')
})

test('asked over a period it counts decisions', () => {
  const period = run({ at: undefined, since: '2026-11-01T00:00:00Z', until: '2026-11-22T10:00:00Z', decisions: 3000, phases: [] })
  expect(summary(period, telling(en))).toEqual(['97 of 3000 decisions (812 visitors) would be different.'])
})

test('where nothing changes it says just that', () => {
  const same = run({ changed: 0, phases: [{ from: 'awareness', to: 'awareness', decisions: 812 }] })
  expect(summary(same, telling(en))).toEqual(['Nothing would change for any of 812 visitors.'])
})

test('the matrix has every phase, and decisions that are not personal where there are some', () => {
  const matrix = matrixOf(run({}))
  expect(matrix.names).toEqual(['awareness', 'consideration', 'decision'])
  expect(matrix.cells[1]?.[2]?.decisions).toBe(12)
  expect(matrix.cells[2]?.[2]).toBeUndefined()
  expect(matrix.most).toBe(12)
  expect(matrixOf(run({ phases: [{ from: '', to: 'decision', decisions: 1 }] })).names.at(-1)).toBe('')
})

test('movers are grouped by placement, and those that stay are counted', () => {
  const cell = (placement: string, item: string, won: number, lost: number) => ({ placement, item, before: 50, after: 50 + won - lost, won, lost })
  const found = movers([cell('mail', 'a', 1, 0), cell('hero', 'b', 2, 2), cell('hero', 'c', 9, 0), cell('hero', 'd', 0, 0)])
  expect(found.groups.map((group) => [group.placement, group.cells.map((one) => one.item)])).toEqual([
    ['hero', ['c', 'b']],
    ['mail', ['a']],
  ])
  expect([found.same, found.most]).toEqual([1, 9])
  const rules = movingRules([{ placement: 'hero', rule: 'a', before: 1, after: 1 }, { placement: 'hero', rule: 'b', before: 1, after: 0 }])
  expect([rules.moving.map((one) => one.rule), rules.same]).toEqual([['b'], 1])
})
