import { expect, test } from 'vitest'
import type { Problem } from '../../api/problem'
import { isExpired } from './expired'

const problem = (more: Partial<Problem>): Problem => ({
  table: 'rules', row: 'r', column: 'ends', offset: 0, severity: 'warning', message: 'rule r is over since 2026-01-01T00:00:00Z and never wins again', ...more,
})

test.each<[string, Partial<Problem>, boolean]>([
  ['a rule that is over', {}, true],
  ['a boost that is over', { table: 'settings', row: 'boost.sofas', column: 'value', message: 'the boost of sofas is over since 2026-01-01T00:00:00Z and changes nothing any more' }, true],
  ['a boost that changes nothing', { table: 'settings', row: 'boost.sofas', column: 'value', message: 'the boost of sofas changes nothing: no item has the tag' }, false],
  ['an end before its start', { severity: 'error', message: 'ends before it starts' }, false],
  ['a condition', { column: 'when' }, false],
])('%s', (_, more, want) => {
  expect(isExpired(problem(more))).toBe(want)
})
