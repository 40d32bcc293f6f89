import { expect, test } from 'vitest'
import { momentAt, placeOf, scoreArea, spread, stepAt, stretches, timeScale } from './geometry'

const minute = 60_000
const day = 1440 * minute
const start = Date.parse('2026-01-01T00:00:00Z')
const moments = [start, start + minute, start + 2 * minute, start + 200 * day]

test('a timeline fills its width, and no pause is too small to see', () => {
  const scale = timeScale(moments, 600, 12)
  expect(scale.places[0]).toBe(0)
  expect(scale.places.at(-1)).toBeCloseTo(600)
  for (const [i, place] of scale.places.slice(1).entries()) expect(place - scale.places[i]!).toBeGreaterThanOrEqual(12)
  expect(scale.places[3]! - scale.places[2]!).toBeGreaterThan(scale.places[2]!)
})

test('a timeline that does not fit is wider', () => {
  expect(timeScale(moments, 20, 12).width).toBe(36)
  expect(timeScale([start], 600, 12).places).toEqual([0])
})

test('a place leads back to its moment, also between steps', () => {
  const scale = timeScale(moments, 600, 12)
  for (const at of [...moments, start + 30_000, start + 100 * day]) {
    expect(Math.abs(momentAt(scale, placeOf(scale, at)) - at)).toBeLessThanOrEqual(1)
  }
  expect(placeOf(scale, start - day)).toBe(0)
  expect(placeOf(scale, start + 300 * day)).toBeCloseTo(600)
})

const step = (seconds: number, phase: string, awareness: number) => ({
  at: new Date(start + seconds * 1000).toISOString(),
  phase,
  scores: { awareness, decision: 1 - awareness },
})

test('steps in the same phase are one stretch, the last one open to the end', () => {
  const steps = [step(0, 'awareness', 1), step(5, 'awareness', 0.6), step(9, 'decision', 0.2), step(20, 'awareness', 0.7)]
  expect(stretches(steps, start + 60_000)).toEqual([
    { phase: 'awareness', start, end: start + 9_000 },
    { phase: 'decision', start: start + 9_000, end: start + 20_000 },
    { phase: 'awareness', start: start + 20_000, end: start + 60_000 },
  ])
})

test('scores are stacked in the order of the phases, each step held until the next', () => {
  const steps = [step(0, 'awareness', 1), step(5, 'decision', 0.25)]
  const phases = ['awareness', 'decision']
  expect(scoreArea(steps, phases, 'awareness', [0, 10, 30], 100)).toBe('M0,0L10,0L10,75L30,75L30,100L10,100L10,100L0,100Z')
  expect(scoreArea(steps, phases, 'decision', [0, 10, 30], 100)).toBe('M0,0L10,0L10,0L30,0L30,75L10,75L10,0L0,0Z')
})

test('the step that holds is the last one not after the moment', () => {
  const steps = [step(0, 'awareness', 1), step(5, 'decision', 0.25)]
  expect([start - 1, start, start + 4999, start + 5000].map((at) => stepAt(steps, at))).toEqual([-1, 0, 0, 1])
})

test('labels keep their distance', () => {
  expect(spread([0, 10, 60, 61, 130], 50)).toEqual([0, 2, 4])
})
