import { merged } from './merge'

/** A decision to look at: somebody at a moment. */
export interface Example {
  visitor: string
  at: string
  channel?: string
}

export interface PhaseCell {
  /** Empty where the decision is not personal. */
  from: string
  to: string
  decisions: number
  examples?: Example[]
}

/** Decisions on either side. won: only the second snapshot makes them so; lost: only the first. */
export interface Shift {
  before: number
  after: number
  won: number
  lost: number
  examples?: Example[]
}

export type ItemCell = Shift & { placement: string; item: string }
export type FallbackCell = Shift & { placement: string }

export interface RuleCell {
  placement: string
  rule: string
  before: number
  after: number
}

/** For a cap, decisions in which only it keeps the item back; for a budget, impressions that are wanted of it. */
export interface PressureCell {
  item: string
  limit: string
  before: number
  after: number
  /** Of a budget: how much there is, and how much was given out. */
  budget?: number
  taken?: number
}

/** A page of a dry run, or the sum of several. */
export interface DryRun {
  from: string
  to: string
  at?: string
  since?: string
  until?: string
  /** The phases of both sides in their order. */
  phase_names: string[]
  visitors: number
  decisions: number
  changed: number
  phases: PhaseCell[]
  items: ItemCell[]
  rules: RuleCell[]
  fallbacks: FallbackCell[]
  pressure: PressureCell[]
  /** Behind which the next page starts; none on the last one. */
  next?: string
}

export interface DryRunRequest {
  from: string
  to: string
  at?: string
  since?: string
  until?: string
  context?: Record<string, string>
  /** At most so many in this page. */
  visitors?: number
  after?: string
}

/** The figures of two pages of one walk together. */
export function addDryRun(sum: DryRun, page: DryRun): DryRun {
  const pressure = [...sum.pressure, ...page.pressure]
  const budgets = new Map(pressure.filter((cell) => cell.budget).map(({ item, budget, taken }) => [item, { budget, taken }]))
  return {
    ...sum,
    visitors: sum.visitors + page.visitors,
    decisions: sum.decisions + page.decisions,
    changed: sum.changed + page.changed,
    phases: merged([...sum.phases, ...page.phases], 'from', 'to'),
    items: merged([...sum.items, ...page.items], 'placement', 'item'),
    rules: merged([...sum.rules, ...page.rules], 'placement', 'rule'),
    fallbacks: merged([...sum.fallbacks, ...page.fallbacks], 'placement'),
    pressure: merged(pressure, 'item', 'limit').map((cell) => (cell.budget ? { ...cell, ...budgets.get(cell.item) } : cell)),
    next: page.next,
  }
}
