// What the keys do while the cursor is on a cell and nothing is being edited.
import { cellColumn } from '../../../registry'
import { problems } from '../../../state/status'
import { setCells, undo } from '../data/edits'
import { placeOf } from '../data/placement'
import { rowsOf } from '../data/rows'
import { moveTo, selectionOf, type Cell, type View } from '../data/view'
import { editing } from './editing'

export interface GridActions {
  /** Rows that fit the window. */
  page: number
  sortBy: (column: string) => void
  openForm: () => void
  deleteRows: () => void
}

/** Does what a key means; false where it means nothing here. */
export function handleKey(view: View, e: KeyboardEvent, actions: GridActions): boolean {
  const control = e.ctrlKey || e.metaKey
  const { row, column } = view.active.value
  const last = { row: view.order.value.length - 1, column: view.shown.value.length - 1 }
  const targets: Record<string, Cell> = {
    ArrowUp: { row: control ? 0 : row - 1, column },
    ArrowDown: { row: control ? last.row : row + 1, column },
    ArrowLeft: { row, column: control ? 0 : column - 1 },
    ArrowRight: { row, column: control ? last.column : column + 1 },
    Home: { row: control ? 0 : row, column: 0 },
    End: { row: control ? last.row : row, column: last.column },
    PageUp: { row: Math.max(0, row - actions.page), column },
    PageDown: { row: row + actions.page, column },
  }
  const to = targets[e.key]
  if (to) moveTo(view, to, e.shiftKey)
  else if (control && e.key === 'a') {
    view.anchor.value = { row: 0, column: 0 }
    view.active.value = last
  } else if (control && e.key === 'z') undo()
  else if (control && e.key === '-') actions.deleteRows()
  else if (control) return false
  else if (e.key === 'Enter' && e.altKey) actions.openForm()
  else if (e.altKey) return false
  else if (row < 0 && (e.key === 'Enter' || e.key === ' ')) actions.sortBy(view.shown.value[column]!.name)
  else if (e.key === 'Enter' || e.key === 'F2') startEditing(view)
  else if (e.key === 'Delete' || e.key === 'Backspace') emptyCells(view)
  else if (e.key.length === 1 || e.key === 'Dead' || e.key === 'Process') startEditing(view, e.key.length === 1 ? e.key.trim() : '')
  else return false
  return true
}

/** Opens the editor of the cell under the cursor. An id stays as it is. */
export function startEditing(view: View, typed?: string): void {
  const { row, column } = view.active.value
  const id = view.order.value[row]
  const name = view.shown.value[column]?.name
  if (id === undefined || name === undefined || name === 'id') return
  view.anchor.value = view.active.value
  editing.value = { table: view.table, id, column: name, typed, at: problemPlace(view.table, id, name) }
}

/** Where in a condition the first problem lies; the cursor begins there. */
function problemPlace(table: string, id: string, column: string): number | undefined {
  const wrong = problems.value.find((one) => one.table === table && one.row === id && one.column === column)
  const value = rowsOf(table).value?.get(id)?.[column]
  return wrong && typeof value === 'string' && cellColumn(table, id, column)?.type === 'condition' ? placeOf(value, wrong.offset) : undefined
}

export function emptyCells(view: View): void {
  const { ids, columns } = selectionOf(view)
  const cells = Object.fromEntries(columns.filter((one) => one.name !== 'id').map((one) => [one.name, undefined]))
  setCells(view.table, ids.map((id) => ({ id, cells })))
}
