// What the keys do while the cursor is on a cell and nothing is being edited.
import type { CellValue } from '../../../api/config'
import { cellColumn } from '../../../registry'
import { problems } from '../../../state/status'
import { redo, setCells, undo } from '../data/edits'
import { placeOf } from '../data/placement'
import { rowsOf } from '../data/rows'
import { moveTo, selectionOf, type Cell, type View } from '../data/view'
import { editing } from './editing'

export interface GridActions {
  /** Rows that fit the window. */
  page: number
  sortBy: (column: string) => void
  openForm: () => void
  rename: (id: string) => void
  deleteRows: () => void
}

/** Does what a key means; false where it means nothing here. */
export function handleKey(view: View, e: KeyboardEvent, actions: GridActions): boolean {
  const control = e.ctrlKey || e.metaKey
  const to = target(view, e.key, control, actions.page)
  if (to) {
    moveTo(view, to, e.shiftKey)
    return true
  }
  if (control && !e.altKey) return shortcut(view, e, actions)
  switch (e.key) {
    case 'Enter':
      if (e.altKey) actions.openForm()
      else if (view.active.value.row < 0) sortActive(view, actions)
      else startEditing(view, actions)
      return true
    case 'F2':
      startEditing(view, actions)
      return true
    case ' ':
      if (e.shiftKey) selectRow(view)
      else if (view.active.value.row < 0) sortActive(view, actions)
      else if (!toggle(view)) startEditing(view, actions, '')
      return true
    case 'Delete':
    case 'Backspace':
      emptyCells(view)
      return true
    case 'Escape':
      view.anchor.value = view.active.value
      return false
  }
  if (e.altKey || (e.key.length > 1 && e.key !== 'Dead' && e.key !== 'Process')) return false
  startEditing(view, actions, e.key.length === 1 ? e.key : '')
  return true
}

function target(view: View, key: string, control: boolean, page: number): Cell | undefined {
  const { row, column } = view.active.value
  const lastRow = view.order.value.length - 1
  const lastColumn = view.shown.value.length - 1
  switch (key) {
    case 'ArrowUp':
      return { row: control ? edge(view, -1) : row - 1, column }
    case 'ArrowDown':
      return { row: control ? edge(view, 1) : row + 1, column }
    case 'ArrowLeft':
      return { row, column: control ? 0 : column - 1 }
    case 'ArrowRight':
      return { row, column: control ? lastColumn : column + 1 }
    case 'Home':
      return control ? { row: 0, column: 0 } : { row, column: 0 }
    case 'End':
      return control ? { row: lastRow, column: lastColumn } : { row, column: lastColumn }
    case 'PageUp':
      return { row: Math.max(0, row - page), column }
    case 'PageDown':
      return { row: row + page, column }
  }
  return undefined
}

/** The last cell before filled ones end or begin, as spreadsheets jump. */
function edge(view: View, step: 1 | -1): number {
  const { row, column } = view.active.value
  const name = view.shown.value[column]?.name ?? 'id'
  const rows = rowsOf(view.table).value
  const filled = (at: number) => rows?.get(view.order.value[at] ?? '')?.row[name] !== undefined
  const last = view.order.value.length - 1
  let at = row + step
  const wanted = filled(at) && (row < 0 || filled(row))
  while (at + step >= 0 && at + step <= last && (wanted ? filled(at + step) : !filled(at))) at += step
  return Math.max(0, Math.min(at, last))
}

function shortcut(view: View, e: KeyboardEvent, actions: GridActions): boolean {
  switch (e.key.toLowerCase()) {
    case 'a':
      view.anchor.value = { row: 0, column: 0 }
      view.active.value = { row: view.order.value.length - 1, column: view.shown.value.length - 1 }
      return true
    case 'z':
      if (e.shiftKey) redo()
      else undo()
      return true
    case 'y':
      redo()
      return true
    case 'd':
      fillDown(view)
      return true
    case 'enter':
      actions.openForm()
      return true
    case '-':
      actions.deleteRows()
      return true
  }
  return false
}

function sortActive(view: View, actions: GridActions): void {
  const column = view.shown.value[view.active.value.column]
  if (column) actions.sortBy(column.name)
}

function selectRow(view: View): void {
  const row = view.active.value.row
  view.anchor.value = { row, column: 0 }
  view.active.value = { row, column: view.shown.value.length - 1 }
}

/** Opens the editor of the cell under the cursor. An id is changed by renaming the row. */
export function startEditing(view: View, actions: Pick<GridActions, 'rename'>, typed?: string): void {
  const { row, column } = view.active.value
  const id = view.order.value[row]
  const name = view.shown.value[column]?.name
  if (id === undefined || name === undefined) return
  view.anchor.value = view.active.value
  if (name === 'id') actions.rename(id)
  else editing.value = { table: view.table, id, column: name, typed, at: problemPlace(view.table, id, name) }
}

/** Where in a condition the first problem lies; the cursor begins there. */
function problemPlace(table: string, id: string, column: string): number | undefined {
  const wrong = problems.value.find((one) => one.table === table && one.row === id && one.column === column)
  const value = rowsOf(table).value?.get(id)?.row[column]
  if (!wrong || typeof value !== 'string' || cellColumn(table, id, column)?.type !== 'condition') return undefined
  return placeOf(value, wrong.offset)
}

/** Turns a yes into a no. An empty cell becomes the contrary of what empty means. */
function toggle(view: View): boolean {
  const { row, column } = view.active.value
  const id = view.order.value[row]
  const shown = view.shown.value[column]
  const type = id !== undefined && shown ? cellColumn(view.table, id, shown.name) : undefined
  if (type?.type !== 'bool') return false
  const value = rowsOf(view.table).value?.get(id!)?.row[shown!.name] ?? type.default
  setCells(view.table, [{ id: id!, cells: { [shown!.name]: value !== true } }])
  return true
}

function emptyCells(view: View): void {
  const { ids, columns } = selectionOf(view)
  const cells = Object.fromEntries(columns.filter((one) => one.name !== 'id').map((one) => [one.name, undefined]))
  setCells(view.table, ids.map((id) => ({ id, cells })))
}

/** Writes the first selected row's cells into the rows below it. */
function fillDown(view: View): void {
  const { ids, columns } = selectionOf(view)
  const first = rowsOf(view.table).value?.get(ids[0] ?? '')?.row
  if (!first) return
  const cells: Record<string, CellValue | undefined> = {}
  for (const { name } of columns) if (name !== 'id') cells[name] = first[name]
  setCells(view.table, ids.slice(1).map((id) => ({ id, cells })))
}
