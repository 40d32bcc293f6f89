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
      from: 's_live', to: 's_draft', at: '2026-11-22T10:00:00Z', phase_names: ['awareness'],
      visitors: to - from, decisions: to - from, changed: 0,
      phases: [{ from: 'awareness', to: 'awareness', decisions: to - from }],
      items: [], rules: [], fallbacks: [], pressure: [], next: to < total ? String(to) : undefined,
    })
  }
  return { ask, asked }
}

/** A clock that shows a second more each time. */
function ticking() {
  let now = 0
  return () => (now += 1000)
}

test('a run walks all pages and repeats what the first answer pinned', async () => {
  const { ask, asked } = world(250)
  const run = createRun(ask, ticking())
  await run.start({ from: 'live', to: 'draft' }, {})
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
  await run.start({ from: 'live', to: 'draft' }, { visitors: 130 })
  expect(run.state.value).toMatchObject({ status: 'done', sum: { visitors: 130 } })
})

test('a run that is stopped keeps what it knows and asks no more', async () => {
  const { ask, asked } = world(100_000)
  const run = createRun((request) => {
    if (asked.length === 2) run.stop()
    return ask(request)
  }, ticking())
  await run.start({ from: 'live', to: 'draft' }, {})
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
  await run.start({ from: 'live', to: 'draft' }, {})
  expect(run.state.value.status).toBe('idle')
  expect(run.state.value.sum).toBeUndefined()
})

test('of two runs the later one counts', async () => {
  const { ask } = world(300)
  const run = createRun(ask, ticking())
  const first = run.start({ from: 'live', to: 'draft' }, {})
  await run.start({ from: 's_a', to: 's_b' }, { visitors: 7 })
  await first
  expect(run.state.value).toMatchObject({ status: 'done', sample: { visitors: 7 }, sum: { visitors: 7 } })
})

test('a refusal ends a run and stays to be read', async () => {
  const refusal = new Error('no')
  const run = createRun(() => Promise.reject(refusal))
  await run.start({ from: 'live', to: 'draft' }, {})
  expect(run.state.value).toMatchObject({ status: 'failed', error: refusal })
})
