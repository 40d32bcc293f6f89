import type { Edit, Row, RowDiff, VersionedRow } from '../../api/config'

/** The edit that takes a difference back, where the row is now as now says; none where somebody else did. */
export function editBack(diff: RowDiff, now: VersionedRow | undefined): Edit | undefined {
  if (diff.change === 'removed') return now ? undefined : { table: diff.table, row: withCells({ id: diff.row }, diff) }
  if (!now) return undefined
  const { table } = diff
  if (diff.change === 'added') return { table, delete: diff.row, version: now.version }
  return { table, row: withCells(now.row, diff), version: now.version }
}

function withCells(row: Row, diff: RowDiff): Row {
  const out = { ...row }
  for (const { column, from } of diff.cells) {
    if (from === undefined) delete out[column]
    else out[column] = from
  }
  return out
}

const reverse = { added: 'removed', changed: 'changed', removed: 'added' } as const

/** The same difference seen from the other side. */
export function turned(diff: RowDiff): RowDiff {
  return {
    ...diff,
    change: reverse[diff.change],
    cells: diff.cells.map(({ column, from, to }) => ({ column, from: to, to: from })),
  }
}
