// Cells on the clipboard are what spreadsheets make of them: tabs between
// cells, a line a row.
import { cellColumn } from '../../../registry'
import { fromText, toText } from '../data/cells'
import { setCells, type CellEdit } from '../data/edits'
import { rowsOf } from '../data/rows'
import { readSeparated, writeSeparated } from '../data/separated'
import { selectionOf, type View } from '../data/view'

/** The selected cells as text. */
export function copied(view: View): string {
  const { ids, columns } = selectionOf(view)
  const rows = rowsOf(view.table).value
  return writeSeparated(ids.map((id) => columns.map(({ name }) => toText(rows?.get(id)?.row[name]))), '\t')
}

export interface Pasted {
  /** Rows that changed or were made. */
  rows: number
  /** Cells of the block that found no place: beyond the last row or column, or ids of rows that are there. */
  left: number
}

/**
 * Writes a block of cells from the cursor on, down and to the right. One cell
 * fills the whole selection. Where the block begins with the ids, rows that are
 * not there are made, and the others are found by their id; with the names of
 * the columns above them, the cells go where the names say.
 */
export function paste(view: View, text: string): Pasted {
  const block = readSeparated(text.replace(/\r?\n$/, ''), '\t')
  const { from, ids, columns } = selectionOf(view)
  if (block.length === 1 && block[0]!.length === 1) {
    const cells = columns.map((one) => one.name)
    return write(view, ids.map((id) => ({ id, line: cells.map(() => block[0]![0]!) })), cells)
  }
  const wide = Math.max(...block.map((line) => line.length)) > 1
  const headed = wide && block[0]![0] === 'id'
  const names = headed ? block.shift()! : view.shown.value.slice(from.column).map((one) => one.name)
  const byID = headed || (wide && names[0] === 'id')
  return write(view, block.map((line, i) => ({ id: byID ? line[0]!.trim() : view.order.value[from.row + i], line })), names)
}

function write(view: View, lines: readonly { id: string | undefined; line: string[] }[], names: readonly string[]): Pasted {
  const edits: CellEdit[] = []
  let left = 0
  for (const { id, line } of lines) {
    if (!id) {
      left += line.length
      continue
    }
    const edit: CellEdit = { id, cells: {} }
    line.forEach((cell, j) => {
      const name = names[j]
      const column = name === undefined ? undefined : cellColumn(view.table, id, name)
      if (!column) left++
      else if (name !== 'id') edit.cells[name!] = fromText(cell, column)
      else if (cell.trim() !== id) left++
    })
    edits.push(edit)
  }
  return { rows: setCells(view.table, edits), left }
}
