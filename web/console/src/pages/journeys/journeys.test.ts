import { expect, test } from 'vitest'
import type { MapMove } from '../../api/journeymap'
import { flow } from './flow'
import { chosenOf, timeOf } from './window'

const moves: MapMove[] = [
  { from: '', to: 'awareness', moves: 10, visitors: 10, seconds: 0 },
  { from: 'awareness', to: 'decision', moves: 4, visitors: 4, seconds: 400 },
  { from: 'decision', to: 'awareness', moves: 2, visitors: 1, seconds: 60 },
]

test('moves that lead back are streams from the left to the right as well', () => {
  const { nodes, streams } = flow(moves, ['awareness', 'decision'], 400, 200)
  expect(nodes.map((one) => [one.side, one.phase, one.moves])).toEqual([
    ['from', '', 10],
    ['from', 'awareness', 4],
    ['from', 'decision', 2],
    ['to', 'awareness', 12],
    ['to', 'decision', 4],
  ])
  expect(nodes.filter((one) => one.side === 'from').every((one) => one.x === 0)).toBe(true)
  expect(nodes.filter((one) => one.side === 'to').every((one) => one.x === 388)).toBe(true)
  const bottom = nodes.filter((one) => one.side === 'from').at(-1)!
  expect(bottom.y + bottom.height).toBeCloseTo(200)
  expect(streams.map((one) => one.move)).toEqual(moves)
  expect(streams[0]!.thickness / streams[1]!.thickness).toBeCloseTo(2.5)
  expect(flow([], [], 400, 200)).toEqual({ nodes: [], streams: [] })
})

test('streams fill their nodes without lying on one another', () => {
  // 16 moves in 200 - 2 * 18 pixels: 10.25 for each.
  const { streams } = flow(moves, ['awareness', 'decision'], 400, 200)
  expect(streams.map((one) => one.path)).toEqual([
    'M12,51.3C200,51.3 200,51.3 388,51.3',
    'M12,141C200,141 200,161.5 388,161.5',
    'M12,189.8C200,189.8 200,112.8 388,112.8',
  ])
})

const chosen = (search: string) => chosenOf(new URLSearchParams(search))

test('the time of a report comes from its address', () => {
  const now = Date.parse('2026-11-22T10:00:00Z')
  expect(timeOf(chosen(''), now)).toEqual({ since: '2026-08-24T10:00:00.000Z' })
  expect(timeOf(chosen('time=all'), now)).toEqual({})
  expect(timeOf(chosen('time=chosen&from=2026-02-01&to=2026-01-01'), now)).toBeNull()
  expect(chosen('time=chosen&from=yesterday&to=2026-99-99')).toEqual({ name: 'chosen', from: '', to: '' })
})

test('a chosen day counts to its end', () => {
  const time = timeOf(chosen('time=chosen&from=2026-01-05&to=2026-01-05'), 0)
  expect(Date.parse(time!.until!) - Date.parse(time!.since!)).toBe(86_399_999)
})
