import { expect, test } from 'vitest'
import { emptyForm, localMoment, sampleOf } from './sample'

const at = localMoment(new Date('2026-11-22T10:00:00Z'))

test('an empty form asks everybody now', () => {
  expect(sampleOf(emptyForm)).toEqual({})
})

test('what is filled in is asked for', () => {
  expect(sampleOf({ ...emptyForm, visitors: 100, at })).toEqual({ visitors: 100 })
  expect(sampleOf({ ...emptyForm, when: 'at', at })).toEqual({ at: '2026-11-22T10:00:00.000Z' })
  expect(sampleOf({ ...emptyForm, when: 'period', at })).toEqual({ since: '2026-11-22T10:00:00.000Z', until: undefined })
})
