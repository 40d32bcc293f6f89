import { expect, test } from 'vitest'
import { filterOf } from './filter'

const row = {
  id: 'winter-hero',
  phases: ['decision', 'consideration'],
  items: ['tag:guide', 'sofa'],
  order: 20,
  enabled: false,
  'content.title.de': 'Wärme für zu Hause',
}

test.each([
  ['', true],
  ['hero', true],
  ['HERO sofa', true],
  ['hero bed', false],
  ['phases:decision', true],
  ['phases:retention', false],
  ['order:20', true],
  ['enabled:false', true],
  ['content:wärme', true],
  ['content.title.de:hause', true],
  ['when:', false],
  ['phases:', true],
  ['tag:guide', true],
  ['tag:beds', false],
])('%s', (search, want) => {
  expect(filterOf(search)(row)).toBe(want)
})
