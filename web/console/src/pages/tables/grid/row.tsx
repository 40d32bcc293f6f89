import { Component } from 'preact'
import type { CellValue } from '../../../api/config'
import type { Problem } from '../../../api/problem'
import { cellColumn } from '../../../registry'
import { Hidden } from '../../../ui/hidden'
import { Icon } from '../../../ui/icon'
import { words } from '../../../words'
import type { Mark } from '../data/marks'
import type { Held } from '../data/rows'
import type { ShownColumn } from '../data/view'
import { CellView, cellClass } from './cellview'
import type { Editing } from './editing'
import { CellEditor, type Move } from './editor'
import { rowHeight } from './widths'

interface GridRowProps {
  gridId: string
  table: string
  held: Held
  index: number
  columns: readonly ShownColumn[]
  template: string
  problems: ReadonlyMap<string, readonly Problem[]> | undefined
  mark: Mark | undefined
  changed: boolean
  /** The column of the cursor, and those that are selected; -1 where this row has none. */
  active: number
  from: number
  to: number
  /** What is being edited, where it is of this row. */
  edited: Editing | null
  onMove: (move: Move) => void
}

/** A row, drawn anew only when something of its own changed: the cursor moves through thousands of them. */
export class GridRow extends Component<GridRowProps> {
  override shouldComponentUpdate(next: GridRowProps): boolean {
    const now = this.props
    return (Object.keys(next) as (keyof GridRowProps)[]).some((name) => name !== 'onMove' && next[name] !== now[name])
  }

  override render() {
    return <RowCells {...this.props} />
  }
}

function RowCells({ gridId, table, held, index, columns, template, problems, mark, changed, active, from, to, edited, onMove }: GridRowProps) {
  return (
    <div
      class={`grid-row${index % 2 ? ' odd' : ''}${changed ? ' changed' : ''}${mark ? ` ${mark.state}` : ''}`}
      role="row"
      aria-rowindex={index + 2}
      style={{ transform: `translateY(${index * rowHeight}px)`, gridTemplateColumns: template }}
    >
      {columns.map(({ name }, i) => {
        const column = cellColumn(table, held.row.id, name)!
        const wrong = problemsOf(problems, mark, name)
        const tone = !wrong ? '' : wrong.error ? ' error' : ' warning'
        const here = edited?.column === name
        return (
          <div
            key={name}
            id={`${gridId}-${index}-${i}`}
            role="gridcell"
            aria-colindex={i + 1}
            aria-selected={i >= from && i <= to}
            aria-invalid={wrong?.error || undefined}
            aria-readonly={name === 'id' || undefined}
            title={here || wrong ? undefined : titleOf(held.row[name])}
            data-row={index}
            data-column={i}
            class={`cell${name === 'id' ? ' id' : cellClass(column)}${i === active ? ' active' : ''}${i >= from && i <= to ? ' selected' : ''}${tone}`}
          >
            {here ? <CellEditor at={edited} onMove={onMove} /> : <CellView column={column} value={held.row[name]} />}
            {wrong && !here && (
              <span class="cell-problem" title={wrong.text}>
                <Icon name={wrong.error ? 'error' : 'warning'} size={14} />
                <Hidden>{wrong.text}</Hidden>
              </span>
            )}
            {name === 'id' && changed && <Hidden>{words.value.tables.changedRow}</Hidden>}
          </div>
        )
      })}
    </div>
  )
}

/** What is too long to be seen whole. */
function titleOf(value: CellValue | undefined): string | undefined {
  const text = Array.isArray(value) ? value.join(', ') : String(value ?? '')
  return text.length > 14 ? text : undefined
}

/** What is wrong with a cell: what the server could not read of it comes first. The id shows what concerns the row. */
function problemsOf(problems: GridRowProps['problems'], mark: Mark | undefined, name: string): { error: boolean; text: string } | undefined {
  const fault = mark?.faults[name] ?? (name === 'id' ? mark?.faults[''] : undefined)
  const list = [...(problems?.get(name) ?? []), ...(name === 'id' ? (problems?.get('') ?? []) : [])]
  if (!fault && list.length === 0) return undefined
  return {
    error: fault !== undefined || list.some((one) => one.severity === 'error'),
    text: [fault, ...list.map((one) => one.message)].filter(Boolean).join(' · '),
  }
}
