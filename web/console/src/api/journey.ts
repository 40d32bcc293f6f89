import { call, path } from './call'

export interface PhaseState {
  name: string
  confidence: number
  standing: string
  since: string | null
  scores: Record<string, number>
  /** At most five touchpoints, and what all others add together. */
  because: { touchpoint?: string; type?: string; share?: number; other?: number }[]
  /** Only the newest touchpoints count: there were more. */
  truncated: boolean
}

export interface StepTouchpoint {
  id: string
  type: string
  channel: string
  item?: string
  trust: string
}

/** What happened at one moment, and where the visitor stood once it counted. */
export interface Step {
  at: string
  phase: string
  confidence: number
  scores: Record<string, number>
  touchpoints: StepTouchpoint[]
}

export interface Journey {
  visitor: string
  at: string
  phase: PhaseState | null
  path: { phase: string; since: string }[]
  would_change: { type: string; to: string }[]
}

/** Where a visitor stands at a moment; now where none is named. */
export async function readJourney(visitor: string, at?: string): Promise<Journey> {
  return (await call<Journey>('GET', path`/v1/visitors/${visitor}/journey`, { query: { at } })).body
}

/** The same, with every step of the journey up to that moment. */
export async function readSteps(visitor: string, at?: string): Promise<Journey & { steps: Step[] }> {
  const query = { at, steps: true }
  return (await call<Journey & { steps: Step[] }>('GET', path`/v1/visitors/${visitor}/journey`, { query })).body
}
