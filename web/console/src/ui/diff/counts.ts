import type { RowDiff } from '../../api/config'
import { words } from '../../words'
import { countChanges } from './compare'

/** "1 new, 2 changed": how many rows of each kind there are. */
export function changeCounts(rows: readonly RowDiff[]): string {
  const w = words.value.diff.counts
  const counts = countChanges(rows)
  return (['added', 'changed', 'removed'] as const).filter((one) => counts[one] > 0).map((one) => w[one](counts[one])).join(', ')
}
