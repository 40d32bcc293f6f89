import { expect, test } from 'vitest'
import { emptyForm, localMoment, sampleOf, type SampleForm } from './sample'

const form = (more: Partial<SampleForm>): SampleForm => ({ ...emptyForm, ...more })
const local = localMoment(new Date('2026-11-22T10:00:00Z'))

test('an empty form asks everybody now, for everything', () => {
  expect(sampleOf(emptyForm, ['hero', 'mail'])).toEqual({})
})

test('what is filled in is asked for', () => {
  expect(sampleOf(form({ visitors: 100, without: ['mail'], channel: 'web', locale: ' de ' }), ['hero', 'mail'])).toEqual({
    visitors: 100, placements: ['hero'], context: { channel: 'web', locale: 'de' },
  })
  expect(sampleOf(form({ when: 'at', at: local }), [])).toEqual({ at: '2026-11-22T10:00:00.000Z' })
  expect(sampleOf(form({ when: 'period', since: local, at: local }), [])).toEqual({ since: '2026-11-22T10:00:00.000Z' })
})

test('what cannot be asked is named', () => {
  expect(sampleOf(form({ without: ['hero'] }), ['hero'])).toBe('placements')
  expect(sampleOf(form({ when: 'at', at: '' }), [])).toBe('at')
  expect(sampleOf(form({ when: 'period', since: '' }), [])).toBe('at')
  expect(sampleOf(form({ when: 'period', since: local, until: '2020-01-01T00:00' }), [])).toBe('period')
})
