import type { DryRun, PhaseCell, RuleCell, Shift } from '../../api/dryrun'

/** The matrix of phases, with an empty name last where some decisions are not personal. */
export interface Matrix {
  names: string[]
  /** By row (from), then column (to). */
  cells: (PhaseCell | undefined)[][]
  /** The most decisions of a cell off the diagonal. */
  most: number
}

export function matrixOf(run: DryRun): Matrix {
  const impersonal = run.phases.some((cell) => cell.from === '' || cell.to === '')
  const names = impersonal ? [...run.phase_names, ''] : run.phase_names
  const cells = names.map((from) => names.map((to) => run.phases.find((cell) => cell.from === from && cell.to === to)))
  const off = run.phases.filter((cell) => cell.from !== cell.to).map((cell) => cell.decisions)
  return { names, cells, most: Math.max(0, ...off) }
}

interface Placed extends Shift {
  placement: string
}

/** What moves, by placement, what changes most first; and how many do not move. */
export function movers<Cell extends Placed>(cells: readonly Cell[]): { groups: { placement: string; cells: Cell[] }[]; same: number; most: number } {
  const moving = cells.filter((cell) => cell.won > 0 || cell.lost > 0)
  const groups = [...new Set(moving.map((cell) => cell.placement))].sort().map((placement) => ({
    placement,
    cells: moving
      .filter((cell) => cell.placement === placement)
      .sort((a, b) => b.won + b.lost - (a.won + a.lost) || b.after - b.before - (a.after - a.before)),
  }))
  return { groups, same: cells.length - moving.length, most: Math.max(1, ...moving.map((cell) => Math.max(cell.won, cell.lost))) }
}

/** The rules that decide more or less often, by how much, and how many do as often as before. */
export function movingRules(rules: readonly RuleCell[]): { moving: RuleCell[]; same: number } {
  const difference = (cell: RuleCell) => Math.abs(cell.after - cell.before)
  const moving = rules.filter((cell) => difference(cell) > 0).sort((a, b) => difference(b) - difference(a))
  return { moving, same: rules.length - moving.length }
}
