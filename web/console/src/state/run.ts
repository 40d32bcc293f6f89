import { signal, type ReadonlySignal } from '@preact/signals'
import { addDryRun, walked, type DryRun, type DryRunRequest, type Of } from '../api/dryrun'

/** Which snapshots are compared; live and draft are names, too. */
export interface Pair {
  from: string
  to: string
}

/** What a dry run asks for. Of recorded decisions since, until and placements say which. */
export interface Sample {
  /** Left out: decisions, or everybody where none is recorded. */
  sample?: Of
  placements?: string[]
  /** Nothing: everybody. */
  visitors?: number
  /** Everybody once, at this moment; without since: now where it is left out. */
  at?: string
  /** In place of at: at every touchpoint between the two. */
  since?: string
  until?: string
  context?: Record<string, string>
}

export interface RunState {
  status: 'idle' | 'running' | 'stopped' | 'done' | 'failed'
  sample: Sample
  /** What is known so far, and how many seconds that took. */
  sum?: DryRun
  seconds: number
  error: unknown
}

/** A dry run that goes through all its pages one after the other. */
export interface Run {
  state: ReadonlySignal<RunState>
  start: (pair: Pair, sample: Sample) => Promise<void>
  /** Ends it; what is known stays. */
  stop: () => void
  /** Ends it and forgets what is known. */
  clear: () => void
}

type Ask = (request: DryRunRequest, signal: AbortSignal) => Promise<DryRun>

const firstPage = 100
const largestPage = 20_000
// So long a page should take, that the picture grows before anybody waits.
const pageSeconds = 1.2

export function createRun(ask: Ask, clock: () => number = () => performance.now()): Run {
  const idle: RunState = { status: 'idle', sample: {}, seconds: 0, error: null }
  const state = signal(idle)
  let running: AbortController | null = null

  const start = async (pair: Pair, sample: Sample) => {
    running?.abort()
    const mine = (running = new AbortController())
    const change = (next: Partial<RunState>) => {
      if (running === mine) state.value = { ...state.value, ...next }
    }
    let sum: DryRun | undefined
    let size = firstPage
    let seconds = 0
    change({ status: 'running', sample, sum, seconds, error: null })
    try {
      do {
        const asked = clock()
        const left = sample.visitors === undefined ? size : Math.min(size, sample.visitors - (sum?.visitors ?? 0))
        const page = await ask(requestOf(pair, sample, sum, left), mine.signal)
        const took = (clock() - asked) / 1000
        size = nextSize(walked(page), took)
        seconds += took
        sum = sum ? addDryRun(sum, page) : page
        change({ sum, seconds })
      } while (running === mine && sum.next && (sample.visitors === undefined || sum.visitors < sample.visitors))
      change({ status: 'done' })
    } catch (error) {
      if (!mine.signal.aborted) change({ status: 'failed', error })
    }
  }

  const stop = () => {
    if (state.value.status !== 'running') return
    running?.abort()
    running = null
    state.value = { ...state.value, status: 'stopped' }
  }
  const clear = () => {
    running?.abort()
    running = null
    state.value = idle
  }
  return { state, start, stop, clear }
}

/** The request of the page behind sum. What the first answer pinned stays as it says. */
function requestOf(pair: Pair, { placements, context, ...asked }: Sample, sum: DryRun | undefined, size: number): DryRunRequest {
  const { sample, at, since, until } = sum ?? asked
  return {
    from: sum?.from ?? pair.from, to: sum?.to ?? pair.to, sample, at, since, until, placements,
    ...(sample === 'visitors' ? { context, visitors: size } : sample && { receipts: size }),
    statistics: sum?.statistics?.at(-1), after: sum?.next,
  }
}

function nextSize(visitors: number, seconds: number): number {
  if (seconds <= 0) return largestPage
  return Math.max(firstPage, Math.min(largestPage, Math.round((visitors / seconds) * pageSeconds)))
}
