import type { DryRun, RuleCell, Shift } from '../../api/dryrun'

/** The phases of both sides, with an empty name last where some decisions are not personal. */
export function phasesOf(run: DryRun): string[] {
  const impersonal = run.phases.some((cell) => cell.from === '' || cell.to === '')
  return impersonal ? [...run.phase_names, ''] : run.phase_names
}

/** What moves, what changes most first. */
export function movers<Cell extends Shift>(cells: readonly Cell[]): Cell[] {
  return cells
    .filter((cell) => cell.won > 0 || cell.lost > 0)
    .sort((a, b) => b.won + b.lost - (a.won + a.lost) || b.after - b.before - (a.after - a.before))
}

/** How much more or less often a rule decides, as what it wins or loses. */
export function shiftOf(cell: RuleCell): RuleCell & Shift {
  const more = cell.after - cell.before
  return { ...cell, won: Math.max(0, more), lost: Math.max(0, -more) }
}
