import { expect, test } from 'vitest'
import type { DryRun } from '../../api/dryrun'
import { de } from '../../words/de'
import { en } from '../../words/en'
import { movers, phasesOf, shiftOf } from './figures'
import { summary } from './summary'

const run = (more: Partial<DryRun>): DryRun => ({
  from: 's_1', to: 's_2', sample: 'visitors', at: '2026-11-22T10:00:00Z', phase_names: ['awareness', 'consideration', 'decision'],
  visitors: 812, decisions: 812, changed: 97, items: [], rules: [], fallbacks: [], pressure: [],
  phases: [
    { from: 'awareness', to: 'awareness', decisions: 700 },
    { from: 'awareness', to: 'consideration', decisions: 5 },
    { from: 'consideration', to: 'decision', decisions: 12 },
    { from: 'decision', to: 'awareness', decisions: 1 },
  ],
  ...more,
})

test('the sentence tells for how many something would be different', () => {
  expect(summary(run({}), en, String)).toBe('For 97 of 812 visitors something would be different.')
  expect(summary(run({}), de, String)).toBe('Für 97 von 812 Besuchern wäre etwas anders.')
})

test('asked over a period it counts decisions', () => {
  const period = run({ at: undefined, since: '2026-11-01T00:00:00Z', until: '2026-11-22T10:00:00Z', decisions: 3000, phases: [] })
  expect(summary(period, en, String)).toBe('97 of 3000 decisions (812 visitors) would be different.')
})

test('where nothing changes it says just that', () => {
  const same = run({ changed: 0, phases: [{ from: 'awareness', to: 'awareness', decisions: 812 }] })
  expect(summary(same, en, String)).toBe('Nothing would change for any of 812 visitors.')
})

test('the matrix has every phase, and decisions that are not personal where there are some', () => {
  expect(phasesOf(run({}))).toEqual(['awareness', 'consideration', 'decision'])
  expect(phasesOf(run({ phases: [{ from: '', to: 'decision', decisions: 1 }] })).at(-1)).toBe('')
})

test('what moves most comes first, and what stays is left out', () => {
  const cell = (item: string, won: number, lost: number) => ({ item, before: 50, after: 50 + won - lost, won, lost })
  expect(movers([cell('a', 1, 0), cell('b', 2, 2), cell('c', 9, 0), cell('d', 0, 0)]).map((one) => one.item)).toEqual(['c', 'b', 'a'])
  expect(shiftOf({ placement: 'hero', rule: 'a', before: 3, after: 1 })).toMatchObject({ won: 0, lost: 2 })
})
