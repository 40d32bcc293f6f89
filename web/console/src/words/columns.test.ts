import { expect, test } from 'vitest'
import { tables as de } from './de/tables'
import { tables as en } from './en/tables'
import { registry } from '../registry'

test('every sign of comparison has a word', () => {
  const signs = Object.values(registry.conditions.operators).flat()
  expect(signs.filter((sign) => !en.condition.signs[sign] || !de.condition.signs[sign])).toEqual([])
})
