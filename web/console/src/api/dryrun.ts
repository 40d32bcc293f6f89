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

/** What is known of the decisions that were recorded. */
export interface Recorded {
  receipts: number
  /** Asked for none of the placements that are meant. */
  others: number
  left_out: { why: LeftOut; name?: string; decisions: number }[]
  /** How many the first snapshot answers otherwise than they were answered then. */
  aged: number
  asked: { placement: string; decisions: number }[]
  /** Of which share of all decisions receipts were kept. */
  shares: { share: number; decisions: number }[]
}

export type LeftOut = 'receipt' | 'snapshot' | 'touchpoints' | 'window' | 'consent' | 'unknown' | 'refused'

/** What a dry run asks for: decisions that were made, or everybody. */
export type Of = 'decisions' | 'visitors'

/** A page of a dry run, or the sum of several. */
export interface DryRun {
  from: string
  to: string
  sample: Of
  at?: string
  since?: string
  until?: string
  /** The phases of both sides in their order. */
  phase_names: string[]
  /** The versions of the figures that both sides rank by. */
  statistics?: string[]
  visitors: number
  /** Where decisions are the sample. */
  recorded?: Recorded
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
  /** Left out: decisions, if any are recorded. */
  sample?: Of
  placements?: string[]
  /** At most so many in this page. */
  visitors?: number
  receipts?: number
  statistics?: string
  after?: string
}

/** The figures of two pages of one walk together. */
export function addDryRun(sum: DryRun, page: DryRun): DryRun {
  const pressure = [...sum.pressure, ...page.pressure]
  const budgets = new Map(pressure.filter((cell) => cell.budget).map(({ item, budget, taken }) => [item, { budget, taken }]))
  return {
    ...sum,
    statistics: [...new Set([...(sum.statistics ?? []), ...(page.statistics ?? [])])],
    recorded: sum.recorded && page.recorded && addRecorded(sum.recorded, page.recorded),
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

function addRecorded(a: Recorded, b: Recorded): Recorded {
  return {
    receipts: a.receipts + b.receipts,
    others: a.others + b.others,
    left_out: merged([...a.left_out, ...b.left_out], 'why', 'name'),
    aged: a.aged + b.aged,
    asked: merged([...a.asked, ...b.asked], 'placement'),
    shares: merged([...a.shares, ...b.shares], 'share'),
  }
}

/** How many of its sample a dry run has walked. */
export function walked(run: DryRun): number {
  return run.recorded ? run.recorded.receipts : run.visitors
}
