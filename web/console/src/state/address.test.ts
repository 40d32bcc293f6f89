import { expect, test } from 'vitest'
import { href, parseRoute } from './address'

test('an address leads back to what it was made of', () => {
  const address = href('tables', ['items', 'a/b ü'], { row: 'x&y', column: undefined })
  const route = parseRoute(address)
  expect(route.page).toBe('tables')
  expect(route.parts).toEqual(['items', 'a/b ü'])
  expect([...route.query]).toEqual([['row', 'x&y']])
})

test('what nobody made is still a route', () => {
  expect(parseRoute('').page).toBe('')
  expect(parseRoute('#/tables/%E0%A4%A').parts).toEqual(['%E0%A4%A'])
})
