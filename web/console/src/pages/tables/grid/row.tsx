import { Component } from 'preact'
import type { Row } from '../../../api/config'
import type { Problem } from '../../../api/problem'
import { cellColumn, isNumeric } from '../../../registry'
import { Hidden } from '../../../ui/hidden'
import { Icon } from '../../../ui/icon'
import { words } from '../../../words'
import { wrongWith } from '../cellproblem'
import { toText } from '../data/cells'
import type { Faults } from '../data/marks'
import type { ShownColumn } from '../data/view'
import { CellView } from './cellview'
import type { Editing } from './editing'
import { CellEditor, type Move } from './editor'
import { rowHeight } from './widths'

interface GridRowProps {
  gridId: string
  table: string
  row: Row
  index: number
  columns: readonly ShownColumn[]
  template: string
  problems: readonly Problem[] | undefined
  faults: Faults | undefined
  changed: boolean
  /** The column of the cursor, and those that are selected; -1 where this row has none. */
  active: number
  from: number
  to: number
  /** What is being edited, where it is of this row. */
  edited: Editing | null
  onMove: Move
}

/** A row, drawn anew only when something of its own changed: the cursor moves through thousands of them. */
export class GridRow extends Component<GridRowProps> {
  override shouldComponentUpdate(next: GridRowProps): boolean {
    return (Object.keys(next) as (keyof GridRowProps)[]).some((name) => next[name] !== this.props[name])
  }

  override render() {
    return <RowCells {...this.props} />
  }
}

function RowCells({ gridId, table, row, index, columns, template, problems = [], faults, changed, active, from, to, edited, onMove }: GridRowProps) {
  return (
    <div
      class={`grid-row${index % 2 ? ' odd' : ''}${changed ? ' changed' : ''}`}
      role="row"
      aria-rowindex={index + 2}
      style={{ transform: `translateY(${index * rowHeight}px)`, gridTemplateColumns: template }}
    >
      {columns.map(({ name }, i) => {
        const column = cellColumn(table, row.id, name)!
        const wrong = wrongWith(name, problems, faults)
        const tone = wrong.find((one) => one.severity === 'error') ? 'error' : 'warning'
        const text = wrong.map((one) => one.message).join(' · ')
        const here = edited?.column === name
        const selected = i >= from && i <= to
        return (
          <div
            key={name}
            id={`${gridId}-${index}-${i}`}
            role="gridcell"
            aria-colindex={i + 1}
            aria-selected={selected}
            aria-invalid={(text && tone === 'error') || undefined}
            aria-readonly={name === 'id' || undefined}
            title={here ? undefined : text || toText(row[name])}
            data-row={index}
            data-column={i}
            class={`cell ${name === 'id' ? 'id' : isNumeric(column) ? 'number' : ''} ${i === active ? 'active' : ''} ${selected ? 'selected' : ''} ${text && tone}`}
          >
            {here ? <CellEditor at={edited} onMove={onMove} /> : <CellView column={column} value={row[name]} />}
            {text && !here && (
              <span class="cell-problem">
                <Icon name={tone} size={14} />
                <Hidden>{text}</Hidden>
              </span>
            )}
            {name === 'id' && changed && <Hidden>{words.value.tables.changedRow}</Hidden>}
          </div>
        )
      })}
    </div>
  )
}
