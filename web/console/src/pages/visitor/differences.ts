import type { FilledPlacement, Preview } from '../../api/decision'

export interface Difference {
  placement: string
  /** Undefined where the placement does not exist on that side. */
  left?: FilledPlacement
  right?: FilledPlacement
  differs: boolean
}

/** The placements of both sides in order of their names, and whether they answer the same. */
export function differences(left: Pick<Preview, 'placements'>, right: Pick<Preview, 'placements'>): Difference[] {
  const names = [...new Set([...Object.keys(left.placements), ...Object.keys(right.placements)])].sort()
  return names.map((placement) => {
    const [a, b] = [left.placements[placement], right.placements[placement]]
    return { placement, left: a, right: b, differs: essence(a) !== essence(b) }
  })
}

/** What counts as the answer of a placement: what is shown, in which order, and why. */
function essence(one?: FilledPlacement): string {
  if (!one) return ''
  const items = one.items.map((item) => [item.id, item.url ?? '', Object.entries(item.content).sort()])
  return JSON.stringify([items, one.rule ?? '', one.fallback, one.reason ?? ''])
}
