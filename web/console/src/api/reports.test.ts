import { expect, test } from 'vitest'
import { addFunnels, type Funnel } from './funnel'
import { addMaps, type JourneyMap } from './journeymap'
import { addUp } from './pages'

const phases = (awareness: number, decision: number) => [
  { phase: 'awareness', touchpoints: awareness * 10, visitors: awareness },
  { phase: 'decision', touchpoints: decision * 10, visitors: decision },
]

test('pages of a map add up by their keys, in the order of the phases', () => {
  const page = { until: '2026-11-22T10:00:00Z', snapshot: 's_1', visitors: 3 }
  const first: JourneyMap = {
    ...page,
    moves: [
      { from: '', to: 'awareness', moves: 3, visitors: 3, seconds: 0 },
      { from: 'decision', to: 'awareness', moves: 1, visitors: 1, seconds: 60 },
    ],
    phases: phases(3, 1),
    channels: [{ phase: 'decision', channel: 'web', touchpoints: 4 }],
    next: 'more',
  }
  const second: JourneyMap = {
    ...page,
    moves: [
      { from: '', to: 'awareness', moves: 2, visitors: 2, seconds: 0 },
      { from: 'awareness', to: 'decision', moves: 5, visitors: 2, seconds: 500 },
    ],
    phases: phases(2, 2),
    channels: [
      { phase: 'awareness', channel: 'tv', touchpoints: 1 },
      { phase: 'decision', channel: 'app', touchpoints: 2 },
      { phase: 'decision', channel: 'web', touchpoints: 6 },
    ],
  }
  const sum = addMaps(first, second)
  expect(sum.visitors).toBe(6)
  expect(sum.next).toBeUndefined()
  expect(sum.moves).toEqual([
    { from: '', to: 'awareness', moves: 5, visitors: 5, seconds: 0 },
    { from: 'awareness', to: 'decision', moves: 5, visitors: 2, seconds: 500 },
    { from: 'decision', to: 'awareness', moves: 1, visitors: 1, seconds: 60 },
  ])
  expect(sum.phases).toEqual(phases(5, 3))
  expect(sum.channels.map((one) => [one.phase, one.channel, one.touchpoints])).toEqual([
    ['awareness', 'tv', 1],
    ['decision', 'app', 2],
    ['decision', 'web', 10],
  ])
})

const funnel = (snapshot: string, reached: number, next?: string): Funnel => ({
  until: '2026-11-22T10:00:00Z',
  snapshot,
  visitors: reached,
  rows: [{ phase: 'awareness', visitors: reached, furthest: 1, reached }],
  next,
})

test('pages of a funnel add up', () => {
  expect(addFunnels(funnel('s_1', 3, 'a'), funnel('s_1', 4))).toEqual({
    ...funnel('s_1', 7),
    rows: [{ phase: 'awareness', visitors: 7, furthest: 2, reached: 7 }],
  })
})

test('a walk begins again when another snapshot goes live in between', async () => {
  const pages = [funnel('s_1', 3, 'a'), funnel('s_2', 4, 'b'), funnel('s_2', 5, 'c'), funnel('s_2', 6)]
  const asked: (string | undefined)[] = []
  const seen: number[] = []
  const sum = await addUp<Funnel>(
    async (before) => {
      asked.push(before?.next)
      return pages.shift()!
    },
    addFunnels,
    (one) => seen.push(one.visitors),
  )
  expect(asked).toEqual([undefined, 'a', undefined, 'c'])
  expect(seen).toEqual([3, 5, 11])
  expect(sum.visitors).toBe(11)
})
