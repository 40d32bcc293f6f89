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
  return writeSeparated(ids.map((id) => columns.map(({ name }) => toText(rows?.get(id)?.[name]))), '\t')
}

/**
 * Writes a block of cells from the cursor on, down and to the right. One cell
 * fills the whole selection. Where the block begins with the ids, rows that are
 * not there are made, and the others are found by their id. Returns how many
 * rows changed, and how many cells found no place.
 */
export function paste(view: View, text: string): { rows: number; left: number } {
  const { from, ids, columns } = selectionOf(view)
  let block = readSeparated(text, '\t')
  let names = view.shown.value.slice(from.column).map((one) => one.name)
  if (block.length === 1 && block[0]!.length === 1) {
    names = columns.map((one) => one.name)
    block = ids.map(() => names.map(() => block[0]![0]!))
  }
  const byID = names[0] === 'id' && names.length > 1
  const edits: CellEdit[] = []
  let left = 0
  block.forEach((line, i) => {
    const id = byID ? line[0]!.trim() : view.order.value[from.row + i]
    const edit: CellEdit = { id: id ?? '', cells: {} }
    line.forEach((cell, j) => {
      const column = names[j] && id ? cellColumn(view.table, id, names[j]) : undefined
      if (!column) left++
      else if (names[j] !== 'id') edit.cells[names[j]!] = fromText(cell, column)
      else if (cell.trim() !== id) left++
    })
    if (id) edits.push(edit)
  })
  return { rows: setCells(view.table, edits), left }
}
