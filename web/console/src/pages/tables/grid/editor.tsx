import { useRef } from 'preact/hooks'
import type { CellValue } from '../../../api/config'
import { cellColumn, isList } from '../../../registry'
import { equalCells, fromText } from '../data/cells'
import { setCells } from '../data/edits'
import { rowsOf } from '../data/rows'
import { ValueInput } from '../inputs/valueinput'
import { editing, type Editing } from './editing'

export type Move = 'stay' | 'down' | 'up' | 'right' | 'left'

/**
 * Edits a cell in its place. Enter and Tab store it and move on, Escape leaves
 * it as it was, Alt+Enter begins a new line in a text.
 */
export function CellEditor({ at, onMove }: { at: Editing; onMove: (move: Move) => void }) {
  const column = cellColumn(at.table, at.id, at.column)!
  const before = rowsOf(at.table).value?.get(at.id)?.row[at.column]
  const value = useRef<CellValue | undefined>(at.typed === undefined ? before : isList(column) ? undefined : fromText(at.typed, column))
  const touched = useRef(at.typed !== undefined && at.typed !== '')
  const ended = useRef(false)

  const end = (move: Move, keep: boolean) => {
    if (ended.current) return
    ended.current = true
    editing.value = null
    if (keep && touched.current && !equalCells(before, value.current)) {
      setCells(at.table, [{ id: at.id, cells: { [at.column]: value.current } }])
    }
    onMove(move)
  }

  const keyDown = (e: KeyboardEvent) => {
    e.stopPropagation()
    if (e.isComposing) return
    if (e.key === 'Escape') end('stay', false)
    else if (e.key === 'Tab') end(e.shiftKey ? 'left' : 'right', true)
    else if (e.key === 'Enter' && e.altKey) {
      insertLine(e)
      return
    } else if (e.key === 'Enter') end(e.shiftKey ? 'up' : 'down', true)
    else return
    e.preventDefault()
  }

  return (
    <div
      class={`cell-editor type-${column.type}`}
      onKeyDown={keyDown}
      onFocusOut={(e) => {
        if (!(e.relatedTarget instanceof Node && e.currentTarget.contains(e.relatedTarget))) end('stay', true)
      }}
    >
      <ValueInput
        table={at.table}
        column={column}
        value={before}
        typed={at.typed}
        at={at.at}
        autoFocus
        aria-label={`${at.id} ${at.column}`}
        placeholder={column.example}
        onValue={(now) => {
          touched.current = true
          value.current = now
        }}
      />
    </div>
  )
}

function insertLine(e: KeyboardEvent): void {
  const area = e.target
  if (!(area instanceof HTMLTextAreaElement)) return
  e.preventDefault()
  area.setRangeText('\n', area.selectionStart, area.selectionEnd, 'end')
  area.dispatchEvent(new InputEvent('input', { bubbles: true }))
}
