import type { Row, RowDiff } from '../api/config'

/** The rows of a table before the changes that a diff tells, from what they are after them. */
export function rowsBefore(table: string, after: readonly Row[], diff: readonly RowDiff[]): Row[] {
  const changed = diff.filter((one) => one.table === table)
  const same = after.filter((row) => !changed.some((one) => one.row === row.id))
  const before = changed
    .filter((one) => one.change !== 'added')
    .map((one) => {
      const row: Row = { ...after.find((have) => have.id === one.row), id: one.row }
      for (const { column, from } of one.cells) {
        if (from === undefined) delete row[column]
        else row[column] = from
      }
      return row
    })
  return [...same, ...before]
}
