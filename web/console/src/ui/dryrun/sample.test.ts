import { expect, test } from 'vitest'
import { emptyForm, localMoment, sampleOf } from './sample'

const at = localMoment(new Date('2026-11-22T10:00:00Z'))

test('an empty form asks everybody now', () => {
  expect(sampleOf(emptyForm)).toEqual({ context: {} })
})

test('what is filled in is asked for', () => {
  expect(sampleOf({ ...emptyForm, visitors: 100, at })).toEqual({ visitors: 100, context: {} })
  expect(sampleOf({ ...emptyForm, channel: 'web', locale: ' de ' })).toEqual({ context: { channel: 'web', locale: 'de' } })
  expect(sampleOf({ ...emptyForm, when: 'at', at })).toEqual({ at: '2026-11-22T10:00:00.000Z', context: {} })
  expect(sampleOf({ ...emptyForm, when: 'period', at })).toEqual({ since: '2026-11-22T10:00:00.000Z', context: {} })
})
