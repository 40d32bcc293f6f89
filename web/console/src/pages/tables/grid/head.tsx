import { Icon } from '../../../ui/icon'
import { words } from '../../../words'
import { columnDoc, columnLabel } from '../../../words/columns'
import type { View } from '../data/view'
import { headHeight } from './widths'

interface HeadProps {
  gridId: string
  view: View
  template: string
  active: number
  onSort: (column: string) => void
}

/** The names of the columns; each sorts by its column. */
export function Head({ gridId, view, template, active, onSort }: HeadProps) {
  const sort = view.sort.value
  return (
    <div class="grid-head" role="row" aria-rowindex={1} style={{ gridTemplateColumns: template, height: `${headHeight}px` }}>
      {view.shown.value.map(({ name, column }, i) => {
        const sorted = sort?.by === name
        const label = columnLabel(column)
        return (
          <div
            key={name}
            id={`${gridId}--1-${i}`}
            role="columnheader"
            aria-colindex={i + 1}
            aria-sort={sorted ? (sort.down ? 'descending' : 'ascending') : 'none'}
            class={`cell head${name === 'id' ? ' id' : ''}${i === active ? ' active' : ''}`}
            title={columnDoc(column)}
            onClick={() => onSort(name)}
          >
            <span class="head-name truncate">
              {name}
              {column.needed && <span class="needed" title={words.value.tables.needed}>*</span>}
              {sorted && <Icon name={sort.down ? 'down' : 'up'} size={14} />}
            </span>
            {label && label !== name && <span class="head-label truncate">{label}</span>}
          </div>
        )
      })}
    </div>
  )
}
