import { expect, test } from 'vitest'
import { emptyForm, localMoment, sampleOf } from './sample'

const at = localMoment(new Date('2026-11-22T10:00:00Z'))
const visitors = { ...emptyForm, of: 'visitors' as const }

test('an empty form takes every decision that is recorded, if there is one', () => {
  expect(sampleOf(emptyForm)).toEqual({})
})

test('of decisions a time and placements can be named, and nothing else', () => {
  expect(sampleOf({ ...emptyForm, at, placements: 'home-hero, chat,', channel: 'web', visitors: 100, when: 'at' })).toEqual({
    since: '2026-11-22T10:00:00.000Z', placements: ['home-hero', 'chat'],
  })
})

test('of visitors, what is filled in is asked for', () => {
  expect(sampleOf(visitors)).toEqual({ sample: 'visitors', context: {} })
  expect(sampleOf({ ...visitors, visitors: 100, at })).toEqual({ sample: 'visitors', visitors: 100, context: {} })
  expect(sampleOf({ ...visitors, channel: 'web', locale: ' de ', placements: 'chat' })).toEqual({
    sample: 'visitors', context: { channel: 'web', locale: 'de' }, placements: ['chat'],
  })
  expect(sampleOf({ ...visitors, when: 'at', at })).toEqual({ sample: 'visitors', at: '2026-11-22T10:00:00.000Z', context: {} })
  expect(sampleOf({ ...visitors, when: 'period', at })).toEqual({ sample: 'visitors', since: '2026-11-22T10:00:00.000Z', context: {} })
})
