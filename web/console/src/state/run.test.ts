import { expect, test } from 'vitest'
import type { DryRun, DryRunRequest } from '../api/dryrun'
import { createRun } from './run'

/** Visitors 1 to total, of whom each page walks as many as it is asked for. */
function world(total: number) {
  const asked: DryRunRequest[] = []
  const ask = (request: DryRunRequest): Promise<DryRun> => {
    asked.push(request)
    const from = Number(request.after ?? 0)
    const to = Math.min(total, from + (request.visitors ?? total))
    return Promise.resolve({
      from: 's_live', to: 's_draft', sample: 'visitors', at: '2026-11-22T10:00:00Z', phase_names: ['awareness'],
      visitors: to - from, decisions: to - from, changed: 0,
      phases: [{ from: 'awareness', to: 'awareness', decisions: to - from }],
      items: [], rules: [], fallbacks: [], pressure: [], next: to < total ? String(to) : undefined,
    })
  }
  return { ask, asked }
}

const everybody = { sample: 'visitors' } as const

/** A clock that shows a second more each time. */
function ticking() {
  let now = 0
  return () => (now += 1000)
}

test('a run walks all pages and repeats what the first answer pinned', async () => {
  const { ask, asked } = world(250)
  const run = createRun(ask, ticking())
  await run.start({ from: 'live', to: 'draft' }, everybody)
  expect(run.state.value).toMatchObject({ status: 'done', sum: { visitors: 250, phases: [{ decisions: 250 }] } })
  expect(asked[0]).toMatchObject({ from: 'live', to: 'draft' })
  expect(asked[0]?.at).toBeUndefined()
  for (const request of asked.slice(1)) {
    expect(request).toMatchObject({ from: 's_live', to: 's_draft', at: '2026-11-22T10:00:00Z' })
  }
})

test('a run asks no more visitors than were wanted', async () => {
  const { ask } = world(1000)
  const run = createRun(ask, ticking())
  await run.start({ from: 'live', to: 'draft' }, { ...everybody, visitors: 130 })
  expect(run.state.value).toMatchObject({ status: 'done', sum: { visitors: 130 } })
})

test('a run that is stopped keeps what it knows and asks no more', async () => {
  const { ask, asked } = world(100_000)
  const run = createRun((request) => {
    if (asked.length === 2) run.stop()
    return ask(request)
  }, ticking())
  await run.start({ from: 'live', to: 'draft' }, everybody)
  expect(run.state.value.status).toBe('stopped')
  expect(run.state.value.sum?.visitors).toBe(220)
  expect(asked).toHaveLength(3)
})

test('a run that is cleared knows nothing, even if an answer still comes', async () => {
  const { ask, asked } = world(100_000)
  const run = createRun((request) => {
    if (asked.length === 2) run.clear()
    return ask(request)
  }, ticking())
  await run.start({ from: 'live', to: 'draft' }, everybody)
  expect(run.state.value.status).toBe('idle')
  expect(run.state.value.sum).toBeUndefined()
})

test('of two runs the later one counts', async () => {
  const { ask } = world(300)
  const run = createRun(ask, ticking())
  const first = run.start({ from: 'live', to: 'draft' }, everybody)
  await run.start({ from: 's_a', to: 's_b' }, { ...everybody, visitors: 7 })
  await first
  expect(run.state.value).toMatchObject({ status: 'done', sample: { visitors: 7 }, sum: { visitors: 7 } })
})

test('a refusal ends a run and stays to be read', async () => {
  const refusal = new Error('no')
  const run = createRun(() => Promise.reject(refusal))
  await run.start({ from: 'live', to: 'draft' }, everybody)
  expect(run.state.value).toMatchObject({ status: 'failed', error: refusal })
})

test('recorded decisions are walked by their receipts, where there are some', async () => {
  const asked: DryRunRequest[] = []
  const run = createRun((request) => {
    asked.push(request)
    const n = request.receipts ?? 50
    return Promise.resolve({
      from: 's_live', to: 's_draft', sample: 'decisions', phase_names: [], statistics: [`v${asked.length}`], visitors: 0,
      recorded: {
        receipts: n, others: 0, aged: 1, left_out: [{ why: 'unknown', name: 'visitor.tier', decisions: 2 }],
        asked: [{ placement: 'chat', decisions: 0 }], shares: [{ share: 1, decisions: n }],
      },
      decisions: n - 2, changed: 0, phases: [], items: [], rules: [], fallbacks: [], pressure: [],
      next: asked.length < 3 ? String(asked.length) : undefined,
    })
  }, ticking())
  await run.start({ from: 'live', to: 'draft' }, { placements: ['chat'] })
  expect(asked[0]).toEqual({ from: 'live', to: 'draft', placements: ['chat'] })
  expect(asked[1]).toMatchObject({ sample: 'decisions', placements: ['chat'], statistics: 'v1', after: '1' })
  expect(asked[1]?.visitors).toBeUndefined()
  const n = 50 + asked[1]!.receipts! + asked[2]!.receipts!
  expect(run.state.value).toMatchObject({
    status: 'done', seconds: 3,
    sum: {
      statistics: ['v1', 'v2', 'v3'], decisions: n - 6,
      recorded: { receipts: n, aged: 3, left_out: [{ why: 'unknown', decisions: 6 }], asked: [{ decisions: 0 }], shares: [{ share: 1, decisions: n }] },
    },
  })
})
