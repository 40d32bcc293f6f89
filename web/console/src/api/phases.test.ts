import { expect, test } from 'vitest'
import { add, type PhasesReport } from './phases'

const page = (visitors: number, phase: string, standings: Record<string, number>): PhasesReport => ({
  at: '2026-11-22T10:00:00Z',
  snapshot: 's_1',
  visitors,
  rows: [{ phase, visitors, share: 1, standings }],
})

test('pages of one walk add up, and shares are of all visitors', () => {
  const sum = add(page(30, 'awareness', { prospect: 30 }), page(10, 'decision', { prospect: 4, active: 6 }))
  expect(sum.visitors).toBe(40)
  expect(sum.rows.map((row) => [row.phase, row.visitors, row.share])).toEqual([
    ['awareness', 30, 0.75],
    ['decision', 10, 0.25],
  ])
  expect(add(sum, page(5, 'decision', { active: 5 })).rows[1]?.standings).toEqual({ prospect: 4, active: 11 })
})
