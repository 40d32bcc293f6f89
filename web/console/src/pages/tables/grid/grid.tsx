import { useComputed } from '@preact/signals'
import { useCallback, useEffect, useId, useLayoutEffect, useRef, useState } from 'preact/hooks'
import { changes, problems } from '../../../state/status'
import { say } from '../../../state/toasts'
import { words } from '../../../words'
import { markKey, marks } from '../data/marks'
import { indexProblems } from '../data/placement'
import { rowsOf } from '../data/rows'
import { moveTo, selectionOf, type Cell, type View } from '../data/view'
import { copied, paste } from './clipboard'
import { editing } from './editing'
import { Head } from './head'
import { emptyCells, handleKey, startEditing } from './keys'
import { GridRow } from './row'
import { headHeight, rowHeight, widthsOf } from './widths'

const spare = 6

interface GridProps {
  view: View
  label: string
  onForm: () => void
  onDelete: () => void
}

/**
 * A table as a spreadsheet. The focus stays on the grid, which names the cell
 * under the cursor; only the rows in sight are in the document.
 */
export function Grid({ view, label, onForm, onDelete }: GridProps) {
  const id = useId()
  const box = useRef<HTMLDivElement>(null)
  const [top, setTop] = useState(0)
  const [{ height, width }, setSize] = useState({ height: 600, width: 0 })
  const order = view.order.value
  const shown = view.shown.value
  const active = view.active.value
  const rows = rowsOf(view.table).value
  const index = useComputed(() => indexProblems(problems.value, view.table)).value
  const changed = useComputed(() => new Set(changes.value.filter((one) => one.table === view.table).map((one) => one.row))).value
  const widths = useComputed(() => widthsOf(view.shown.value, view.order.value)).value
  const template = widths.map((one) => `${one}px`).join(' ')
  const selection = selectionOf(view)

  useEffect(() => {
    const grid = box.current!
    const measured = new ResizeObserver(() => setSize({ height: grid.clientHeight, width: grid.clientWidth }))
    measured.observe(grid)
    return () => measured.disconnect()
  }, [])
  useLayoutEffect(() => scrollTo(box.current!, active, widths), [active, shown.length, order, height, width])

  const sortBy = (by: string) => {
    const now = view.sort.value
    view.sort.value = now?.by !== by ? { by, down: false } : now.down ? null : { by, down: true }
  }
  const moved = useCallback((down: number, right: number) => {
    const { row, column } = view.active.value
    moveTo(view, { row: Math.max(0, row + down), column: column + right })
    box.current?.focus()
  }, [])
  const copy = (e: ClipboardEvent) => {
    if (editing.value) return false
    e.preventDefault()
    e.clipboardData?.setData('text/plain', copied(view))
    return true
  }

  const first = Math.max(0, Math.floor(top / rowHeight) - spare)
  const last = Math.min(order.length, Math.ceil((top + height) / rowHeight) + spare)
  const indices = new Set(Array.from({ length: Math.max(0, last - first) }, (_, i) => first + i))
  if (order[active.row] !== undefined) indices.add(active.row)

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
        const page = Math.max(1, Math.floor((height - headHeight) / rowHeight) - 1)
        if (!editing.value && !e.isComposing && handleKey(view, e, { page, sortBy, openForm: onForm, deleteRows: onDelete })) e.preventDefault()
      }}
      onScroll={(e) => setTop(e.currentTarget.scrollTop)}
      onMouseDown={(e) => {
        const cell = cellAt(e)
        if (cell && e.button === 0) moveTo(view, cell, e.shiftKey)
      }}
      onMouseOver={(e) => {
        const cell = e.buttons === 1 && cellAt(e)
        if (cell) moveTo(view, cell, true)
      }}
      onDblClick={(e) => cellAt(e) && startEditing(view)}
      onCopy={copy}
      onCut={(e) => copy(e) && emptyCells(view)}
      onPaste={(e) => {
        if (editing.value) return
        e.preventDefault()
        const { rows: n, left } = paste(view, e.clipboardData?.getData('text/plain') ?? '')
        say(words.value.tables.pasted(n, left), left > 0 ? 'info' : 'good')
      }}
    >
      <Head gridId={id} view={view} template={template} active={active.row < 0 ? active.column : -1} onSort={sortBy} />
      <div class="grid-body" role="rowgroup" style={{ height: `${order.length * rowHeight}px`, width: `${sum(widths)}px` }}>
        {[...indices].map((at) => {
          const row = rows?.get(order[at]!)
          const inside = at >= selection.from.row && at <= selection.to.row
          return (
            row && (
              <GridRow
                key={row.id}
                gridId={id}
                table={view.table}
                row={row}
                index={at}
                columns={shown}
                template={template}
                problems={index.get(row.id)}
                faults={marks.value.get(markKey(view.table, row.id))}
                changed={changed.has(row.id)}
                active={at === active.row ? active.column : -1}
                from={inside ? selection.from.column : -1}
                to={inside ? selection.to.column : -2}
                edited={editing.value?.id === row.id && editing.value.table === view.table ? editing.value : null}
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

/** The cell that is pointed at, but in the header, and while one is edited. */
function cellAt({ target }: Event): Cell | undefined {
  const cell = target instanceof Element && !editing.value && target.closest<HTMLElement>('[data-row]')
  return cell ? { row: Number(cell.dataset.row), column: Number(cell.dataset.column) } : undefined
}

/** Scrolls just as far as the cursor's cell needs. The first column and the header cover what lies under them. */
function scrollTo(grid: HTMLElement, { row, column }: Cell, widths: readonly number[]): void {
  const covered = innerWidth < 700 ? 0 : widths[0]!
  const start = sum(widths.slice(0, column))
  const within = (now: number, from: number, to: number) => Math.min(Math.max(now, to), from)
  if (row >= 0) grid.scrollTop = within(grid.scrollTop, row * rowHeight, (row + 1) * rowHeight + headHeight - grid.clientHeight)
  grid.scrollLeft = column > 0 ? within(grid.scrollLeft, start - covered, start + widths[column]! - grid.clientWidth) : 0
}
