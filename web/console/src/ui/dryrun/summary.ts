import type { DryRun, ItemCell } from '../../api/dryrun'
import type { Words } from '../../words'

interface Telling {
  words: Pick<Words, 'common' | 'dryrun'>
  number: (n: number) => string
  phase: (id: string) => string
}

const mostMoves = 2

/** What a dry run says, in sentences: the first how much would change, then what most. */
export function summary(run: DryRun, { words, number, phase }: Telling): string[] {
  const w = words.dryrun
  const visitors = words.common.visitors(run.visitors, number(run.visitors))
  const period = run.at === undefined
  if (run.changed === 0) return [period ? w.nothingDecisions(number(run.decisions)) : w.nothing(visitors)]
  const times = (n: number) => w.times(n, number(n))
  const out = [
    period
      ? w.differDecisions(run.changed, number(run.changed), number(run.decisions), visitors)
      : w.differ(number(run.changed), run.visitors, number(run.visitors)),
  ]
  for (const cell of moves(run).slice(0, mostMoves)) {
    out.push(w.move(cell.decisions, number(cell.decisions), phase(cell.from), phase(cell.to)))
  }
  const { winner, loser } = extremes(run.items)
  if (winner) out.push(w.gains(winner.item, times(winner.after - winner.before), winner.placement))
  if (loser) out.push(w.loses(loser.item, times(loser.before - loser.after), loser.placement))
  const fallbacks = run.fallbacks.reduce((n, cell) => n + cell.after - cell.before, 0)
  if (fallbacks > 0) out.push(w.fallbackMore(times(fallbacks)))
  if (fallbacks < 0) out.push(w.fallbackLess(times(-fallbacks)))
  return out
}

/** The cells off the diagonal, the largest first. */
function moves(run: DryRun) {
  return run.phases.filter((cell) => cell.from !== cell.to && cell.decisions > 0).sort((a, b) => b.decisions - a.decisions)
}

function extremes(items: readonly ItemCell[]): { winner?: ItemCell; loser?: ItemCell } {
  const gain = (cell: ItemCell) => cell.after - cell.before
  const sorted = [...items].sort((a, b) => gain(b) - gain(a))
  const [winner, loser] = [sorted[0], sorted.at(-1)]
  return { winner: winner && gain(winner) > 0 ? winner : undefined, loser: loser && gain(loser) < 0 ? loser : undefined }
}
