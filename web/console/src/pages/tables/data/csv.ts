// A table as a CSV file and back, as `wegweiser config` writes and reads them.
import type { CellValue, Row } from '../../../api/config'
import { cellColumn, columnOf, tableInfo } from '../../../registry'
import { fromText, toText } from './cells'
import { readSeparated, separatorOf, writeSeparated } from './separated'

/** Rows by id under a header of the columns that they fill, in the order of the table. */
export function writeTable(table: string, rows: readonly Row[]): string {
  const columns = tableInfo(table)!.columns
  const place = (name: string) => columns.indexOf(columnOf(columns, name)!)
  const names = [...new Set(['id', ...rows.flatMap(Object.keys)])].sort((a, b) => place(a) - place(b) || (a < b ? -1 : 1))
  const sorted = [...rows].sort((a, b) => (a.id < b.id ? -1 : 1))
  return writeSeparated([names, ...sorted.map((row) => names.map((name) => toText(row[name])))], ',') + '\n'
}

/** The rows of a file whose first line names their columns, or the names of columns that the table does not have or the file needs. */
export function readRows(table: string, text: string): Row[] | { bad: string[] } {
  const [header, ...lines] = readSeparated(text.replace(/^\uFEFF/, ''), separatorOf(text))
  const names = header!.map((one) => one.trim())
  const idAt = names.indexOf('id')
  const bad = idAt < 0 ? ['id'] : names.filter((name) => !cellColumn(table, 'x', name))
  if (bad.length > 0) return { bad }
  return lines
    .filter((line) => line[idAt]?.trim())
    .map((line) => {
      const row: Row = { id: line[idAt]!.trim() }
      names.forEach((name, i) => {
        const value: CellValue | undefined = fromText(line[i] ?? '', cellColumn(table, row.id, name))
        if (i !== idAt && value !== undefined) row[name] = value
      })
      return row
    })
}
