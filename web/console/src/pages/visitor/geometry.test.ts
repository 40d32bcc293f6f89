import { expect, test } from 'vitest'
import { places, stepAt, stretches } from './geometry'

const minute = 60_000
const day = 1440 * minute
const start = Date.parse('2026-01-01T00:00:00Z')

test('a timeline goes from 0 to 1, and no pause is too small to see', () => {
  const found = places([start, start + minute, start + 2 * minute, start + 200 * day])
  expect([found[0], found.at(-1)]).toEqual([0, 1])
  for (const [i, place] of found.slice(1).entries()) expect(place - found[i]!).toBeGreaterThanOrEqual(1 / 6)
  expect(found[3]! - found[2]!).toBeGreaterThan(found[2]!)
  expect(places([start])).toEqual([0])
  expect(places([start, start])).toEqual([0, 0.5])
})

test('steps in the same phase are one stretch, the last one open to the end', () => {
  const steps = ['awareness', 'awareness', 'decision', 'awareness'].map((phase) => ({ phase }))
  expect(stretches(steps)).toEqual([
    { phase: 'awareness', from: 0, to: 2 },
    { phase: 'decision', from: 2, to: 3 },
    { phase: 'awareness', from: 3, to: 4 },
  ])
})

test('the step that holds is the last one not after the moment', () => {
  const steps = [0, 5].map((seconds) => ({ at: new Date(start + seconds * 1000).toISOString() }))
  expect([start - 1, start, start + 4999, start + 5000].map((at) => stepAt(steps, at))).toEqual([-1, 0, 0, 1])
})
