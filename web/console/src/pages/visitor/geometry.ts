import type { Step } from '../../api/journey'

/**
 * The places of moments (milliseconds, in order), from 0 to 1. Half of the way
 * goes by time and half by turn, so that a visit of minutes and a silence of
 * months can both be seen.
 */
export function places(moments: readonly number[]): number[] {
  const first = moments[0]!
  const time = moments.at(-1)! - first || 1
  const turns = moments.length - 1 || 1
  return moments.map((at, i) => ((at - first) / time + i / turns) / 2)
}

/** Steps one after the other in the same phase; to is the step with which the next phase begins. */
export interface Stretch {
  phase: string
  from: number
  to: number
}

export function stretches(steps: readonly Pick<Step, 'phase'>[]): Stretch[] {
  const starts = steps.flatMap((step, i) => (step.phase === steps[i - 1]?.phase ? [] : [i]))
  return starts.map((from, n) => ({ phase: steps[from]!.phase, from, to: starts[n + 1] ?? steps.length }))
}

/** The step that holds at a moment: the last one not after it; -1 before the first. */
export function stepAt(steps: readonly Pick<Step, 'at'>[], at: number): number {
  return steps.findLastIndex((step) => Date.parse(step.at) <= at)
}
