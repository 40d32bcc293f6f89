import { useRef } from 'preact/hooks'
import type { CellValue } from '../../../api/config'
import { cellColumn, isList } from '../../../registry'
import { fromText } from '../data/cells'
import { setCells } from '../data/edits'
import { rowsOf } from '../data/rows'
import { leaves, ValueInput } from '../inputs/valueinput'
import { editing, type Editing } from './editing'

/** Moves the cursor by rows and columns, with the focus. */
export type Move = (rows: number, columns: number) => void

/**
 * Edits a cell in its place. Enter and Tab store it and move on, Escape leaves
 * it as it was, Alt+Enter begins a new line in a text.
 */
export function CellEditor({ at, onMove }: { at: Editing; onMove: Move }) {
  const column = cellColumn(at.table, at.id, at.column)!
  const typed = at.typed && !isList(column) ? fromText(at.typed, column) : undefined
  const draft = useRef<{ value: CellValue | undefined } | undefined>(typed === undefined ? undefined : { value: typed })

  const end = (keep: boolean) => {
    if (keep && draft.current) setCells(at.table, [{ id: at.id, cells: { [at.column]: draft.current.value } }])
    draft.current = undefined
    editing.value = null
  }
  const keyDown = (e: KeyboardEvent) => {
    e.stopPropagation()
    if (e.isComposing || !['Escape', 'Tab', 'Enter'].includes(e.key)) return
    e.preventDefault()
    if (e.key === 'Enter' && e.altKey) return insertLine(e.target)
    const step = e.shiftKey ? -1 : 1
    end(e.key !== 'Escape')
    onMove(e.key === 'Enter' ? step : 0, e.key === 'Tab' ? step : 0)
  }

  return (
    <div class={`cell-editor type-${column.type}`} onKeyDown={keyDown} onFocusOut={(e) => leaves(e) && end(true)}>
      <ValueInput
        table={at.table}
        column={column}
        value={rowsOf(at.table).value?.get(at.id)?.[at.column]}
        typed={at.typed}
        at={at.at}
        autoFocus
        aria-label={`${at.id} ${at.column}`}
        placeholder={column.example}
        onValue={(value) => (draft.current = { value })}
      />
    </div>
  )
}

function insertLine(area: EventTarget | null): void {
  if (!(area instanceof HTMLTextAreaElement)) return
  area.setRangeText('\n', area.selectionStart, area.selectionEnd, 'end')
  area.dispatchEvent(new InputEvent('input', { bubbles: true }))
}
