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
  /** Behind which the next page starts; none on the last one. */
  next?: string
}

export interface DryRunRequest {
  from: string
  to: string
  at?: string
  since?: string
  until?: string
  placements?: string[]
  context?: Record<string, string>
  /** At most so many in this page. */
  visitors?: number
  after?: string
}

/** How many examples a cell keeps. */
export const MAX_EXAMPLES = 5

/** The figures of two pages of one walk together. */
export function addDryRun(sum: DryRun, page: DryRun): DryRun {
  return {
    ...sum,
    visitors: sum.visitors + page.visitors,
    decisions: sum.decisions + page.decisions,
    changed: sum.changed + page.changed,
    phases: merge(sum.phases, page.phases, (c) => [c.from, c.to], (a, b) => ({ decisions: a.decisions + b.decisions, ...examples(a, b) })),
    items: merge(sum.items, page.items, (c) => [c.placement, c.item], shifts),
    rules: merge(sum.rules, page.rules, (c) => [c.placement, c.rule], (a, b) => ({ before: a.before + b.before, after: a.after + b.after })),
    fallbacks: merge(sum.fallbacks, page.fallbacks, (c) => [c.placement], shifts),
    next: page.next,
  }
}

function merge<Cell>(have: Cell[], more: Cell[], name: (cell: Cell) => string[], sum: (a: Cell, b: Cell) => Partial<Cell>): Cell[] {
  const cells = new Map<string, Cell>()
  for (const cell of [...have, ...more]) {
    const key = JSON.stringify(name(cell))
    const before = cells.get(key)
    cells.set(key, before ? { ...before, ...sum(before, cell) } : cell)
  }
  return [...cells.values()]
}

function shifts(a: Shift, b: Shift): Shift {
  return { before: a.before + b.before, after: a.after + b.after, won: a.won + b.won, lost: a.lost + b.lost, ...examples(a, b) }
}

function examples(a: { examples?: Example[] }, b: { examples?: Example[] }): { examples: Example[] } {
  return { examples: [...(a.examples ?? []), ...(b.examples ?? [])].slice(0, MAX_EXAMPLES) }
}
