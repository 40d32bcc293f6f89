import { useComputed } from '@preact/signals'
import { useCallback, useEffect, useId, useLayoutEffect, useRef, useState } from 'preact/hooks'
import { changes, problems } from '../../../state/status'
import { say } from '../../../state/toasts'
import { words } from '../../../words'
import { markKey, marks } from '../data/marks'
import { indexProblems } from '../data/placement'
import { idsOf, rowsOf } from '../data/rows'
import { moveTo, selectionOf, type Cell, type View } from '../data/view'
import { copied, paste } from './clipboard'
import { editing } from './editing'
import type { Move } from './editor'
import { Head } from './head'
import { handleKey, startEditing, type GridActions } from './keys'
import { GridRow } from './row'
import { headHeight, rowHeight, widthsOf } from './widths'

const spare = 6

interface GridProps {
  view: View
  label: string
  onForm: () => void
  onRename: (id: string) => void
  onDelete: () => void
}

/**
 * A table as a spreadsheet. The focus stays on the grid, which names the cell
 * under the cursor; only the rows in sight are in the document.
 */
export function Grid({ view, label, onForm, onRename, onDelete }: GridProps) {
  const id = useId()
  const box = useRef<HTMLDivElement>(null)
  const dragging = useRef(false)
  const [sight, setSight] = useState({ top: 0, height: 600, width: 0 })
  const order = view.order.value
  const shown = view.shown.value
  const active = view.active.value
  const rows = rowsOf(view.table).value
  const index = useComputed(() => indexProblems(problems.value, view.table)).value
  const changed = useComputed(() => new Set(changes.value.filter((one) => one.table === view.table).map((one) => one.row))).value
  const widths = useComputed(() => widthsOf(view.shown.value, idsOf(view.table))).value
  const template = widths.map((one) => `${one}px`).join(' ')
  const selection = selectionOf(view)

  useEffect(() => {
    const grid = box.current
    if (!grid) return
    const measured = new ResizeObserver(() => setSight((now) => ({ ...now, height: grid.clientHeight, width: grid.clientWidth })))
    measured.observe(grid)
    return () => measured.disconnect()
  }, [])
  useLayoutEffect(() => {
    if (box.current) scrollTo(box.current, view.active.value, widths)
  }, [active.row, active.column, shown.length, order, sight.height, sight.width])

  const sortBy = (name: string) => {
    const now = view.sort.value
    view.sort.value = now?.by !== name ? { by: name, down: false } : now.down ? null : { by: name, down: true }
  }
  const actions: GridActions = {
    page: Math.max(1, Math.floor((sight.height - headHeight) / rowHeight) - 1),
    sortBy,
    openForm: onForm,
    rename: onRename,
    deleteRows: onDelete,
  }
  const afterEditing = (move: Move) => {
    const { row, column } = view.active.value
    if (move === 'down') moveTo(view, { row: row + 1, column })
    if (move === 'up') moveTo(view, { row: Math.max(0, row - 1), column })
    if (move === 'right') moveTo(view, { row, column: column + 1 })
    if (move === 'left') moveTo(view, { row, column: column - 1 })
    if (move !== 'stay' || document.activeElement === document.body || box.current?.contains(document.activeElement)) box.current?.focus()
  }

  const after = useRef(afterEditing)
  after.current = afterEditing
  const moved = useCallback((move: Move) => after.current(move), [])
  const edited = editing.value

  const first = Math.max(0, Math.floor(sight.top / rowHeight) - spare)
  const last = Math.min(order.length, Math.ceil((sight.top + sight.height) / rowHeight) + spare)
  const indices = Array.from({ length: Math.max(0, last - first) }, (_, i) => first + i)
  if (active.row >= 0 && active.row < order.length && (active.row < first || active.row >= last)) indices.push(active.row)
  indices.sort((a, b) => a - b)

  return (
    <div
      ref={box}
      class="grid"
      role="grid"
      tabIndex={0}
      aria-label={label}
      aria-rowcount={order.length + 1}
      aria-colcount={shown.length}
      aria-multiselectable="true"
      aria-activedescendant={`${id}-${active.row}-${active.column}`}
      onKeyDown={(e) => {
        if (!editing.value && !e.isComposing && handleKey(view, e, actions)) e.preventDefault()
      }}
      onScroll={(e) => {
        const top = e.currentTarget.scrollTop
        setSight((now) => ({ ...now, top }))
      }}
      onMouseDown={(e) => {
        const cell = cellAt(e.target)
        if (!cell || editing.value || cell.row < 0 || e.button !== 0) return
        dragging.current = true
        moveTo(view, cell, e.shiftKey)
      }}
      onMouseOver={(e) => {
        const cell = dragging.current && e.buttons === 1 ? cellAt(e.target) : undefined
        if (cell && cell.row >= 0) moveTo(view, cell, true)
      }}
      onMouseUp={() => (dragging.current = false)}
      onDblClick={(e) => cellAt(e.target) && !editing.value && startEditing(view, actions)}
      onCopy={(e) => {
        if (editing.value) return
        e.preventDefault()
        e.clipboardData?.setData('text/plain', copied(view))
      }}
      onCut={(e) => {
        if (editing.value) return
        e.preventDefault()
        e.clipboardData?.setData('text/plain', copied(view))
        handleKey(view, new KeyboardEvent('keydown', { key: 'Delete' }), actions)
      }}
      onPaste={(e) => {
        if (editing.value) return
        e.preventDefault()
        const { rows: n, left } = paste(view, e.clipboardData?.getData('text/plain') ?? '')
        say(words.value.tables.pasted(n, left), left > 0 ? 'info' : 'good')
      }}
    >
      <Head gridId={id} view={view} template={template} active={active.row < 0 ? active.column : -1} onSort={sortBy} />
      <div class="grid-body" role="rowgroup" style={{ height: `${order.length * rowHeight}px`, width: `${sum(widths)}px` }}>
        {indices.map((at) => {
          const held = rows?.get(order[at]!)
          const inside = at >= selection.from.row && at <= selection.to.row
          return (
            held && (
              <GridRow
                key={held.row.id}
                gridId={id}
                table={view.table}
                held={held}
                index={at}
                columns={shown}
                template={template}
                problems={index.get(held.row.id)}
                mark={marks.value.get(markKey(view.table, held.row.id))}
                changed={changed.has(held.row.id)}
                active={at === active.row ? active.column : -1}
                from={inside ? selection.from.column : -1}
                to={inside ? selection.to.column : -2}
                edited={edited?.id === held.row.id && edited.table === view.table ? edited : null}
                onMove={moved}
              />
            )
          )
        })}
      </div>
    </div>
  )
}

const sum = (widths: readonly number[]) => widths.reduce((all, one) => all + one, 0)

function cellAt(target: EventTarget | null): { row: number; column: number } | undefined {
  const cell = target instanceof Element ? target.closest<HTMLElement>('[data-row]') : null
  return cell ? { row: Number(cell.dataset.row), column: Number(cell.dataset.column) } : undefined
}

/** Scrolls just as far as the cursor's cell needs. The first column and the header cover what lies under them. */
function scrollTo(grid: HTMLElement, { row, column }: Cell, widths: readonly number[]): void {
  const covered = innerWidth < 700 ? 0 : (widths[0] ?? 0)
  if (row >= 0) {
    const top = row * rowHeight
    if (top < grid.scrollTop) grid.scrollTop = top
    const bottom = top + rowHeight + headHeight - grid.clientHeight
    if (bottom > grid.scrollTop) grid.scrollTop = bottom
  }
  if (column > 0) {
    const start = sum(widths.slice(0, column))
    const left = start - covered
    const right = start + widths[column]! - grid.clientWidth
    if (right > grid.scrollLeft) grid.scrollLeft = right
    if (left < grid.scrollLeft) grid.scrollLeft = left
  } else grid.scrollLeft = 0
}
