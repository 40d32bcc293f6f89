import type { Step } from '../../api/journey'

/** Where each step stands on a timeline whose long pauses are shortened. */
export interface TimeScale {
  /** The moments that have a place of their own, in order: steps, then the end. */
  moments: number[]
  /** Their places, from 0 to width. */
  places: number[]
  width: number
}

const minute = 60_000

/**
 * Lays moments (milliseconds, in order) out over a width. Every pause takes at
 * least `least`; what is left is shared by the logarithm of the pauses, so that
 * a visit of minutes and a silence of months can both be seen.
 */
export function timeScale(moments: number[], width: number, least: number): TimeScale {
  const pauses = moments.slice(1).map((at, i) => at - moments[i]!)
  const weights = pauses.map((pause) => Math.log1p(pause / minute))
  const total = weights.reduce((sum, one) => sum + one, 0)
  const left = Math.max(0, width - least * pauses.length)
  const places = [0]
  for (const [i, weight] of weights.entries()) {
    const share = total === 0 ? 1 / weights.length : weight / total
    places.push(places[i]! + least + left * share)
  }
  return { moments, places, width: Math.max(width, least * pauses.length) }
}

/** The place of any moment; between two steps in proportion, outside at the edge. */
export function placeOf(scale: TimeScale, at: number): number {
  return between(scale.moments, scale.places, at)
}

/** The moment at any place. */
export function momentAt(scale: TimeScale, place: number): number {
  return Math.round(between(scale.places, scale.moments, place))
}

function between(from: number[], to: number[], value: number): number {
  if (from.length === 0) return 0
  if (value <= from[0]!) return to[0]!
  const after = from.findIndex((one) => one >= value)
  if (after < 0) return to.at(-1)!
  const span = from[after]! - from[after - 1]!
  const share = span === 0 ? 1 : (value - from[after - 1]!) / span
  return to[after - 1]! + share * (to[after]! - to[after - 1]!)
}

export interface Stretch {
  phase: string
  start: number
  end: number
}

/** The phases one after the other, each from the moment that entered it to the next. */
export function stretches(steps: readonly Pick<Step, 'at' | 'phase'>[], end: number): Stretch[] {
  const found: Stretch[] = []
  for (const step of steps) {
    const start = Date.parse(step.at)
    const last = found.at(-1)
    if (last?.phase === step.phase) continue
    if (last) last.end = start
    found.push({ phase: step.phase, start, end })
  }
  return found
}

/**
 * The outline of one phase in the stacked scores: a path in which every step
 * holds until the next. Height is that of all scores together.
 */
export function scoreArea(steps: readonly Pick<Step, 'scores'>[], phases: readonly string[], phase: string, places: readonly number[], height: number): string {
  const at = phases.indexOf(phase)
  const below = (step: Pick<Step, 'scores'>, n: number) =>
    height - height * phases.slice(0, n).reduce((sum, name) => sum + (step.scores[name] ?? 0), 0)
  const lower: string[] = []
  const upper: string[] = []
  for (const [i, step] of steps.entries()) {
    const [from, to] = [round(places[i]!), round(places[i + 1]!)]
    upper.push(`${from},${round(below(step, at + 1))}`, `${to},${round(below(step, at + 1))}`)
    lower.push(`${from},${round(below(step, at))}`, `${to},${round(below(step, at))}`)
  }
  return steps.length === 0 ? '' : `M${upper.join('L')}L${lower.reverse().join('L')}Z`
}

const round = (n: number) => Math.round(n * 10) / 10

/** The step that holds at a moment: the last one not after it; -1 before the first. */
export function stepAt(steps: readonly Pick<Step, 'at'>[], at: number): number {
  return steps.findLastIndex((step) => Date.parse(step.at) <= at)
}

/** The places of labels, so that none is nearer than `least` to the one before. */
export function spread(places: readonly number[], least: number): number[] {
  const shown: number[] = []
  for (const [i, place] of places.entries()) {
    if (shown.length === 0 || place - places[shown.at(-1)!]! >= least) shown.push(i)
  }
  return shown
}
