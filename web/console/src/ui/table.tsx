import type { ComponentChildren } from 'preact'
import { useState } from 'preact/hooks'
import { words } from '../words'
import { Button } from './button'
import { Icon } from './icon'

export interface Column<Row> {
  name: string
  title: ComponentChildren
  cell: (row: Row) => ComponentChildren
  /** Makes the column sortable. */
  sort?: (row: Row) => string | number
  number?: boolean
  /** From 0 to 1: how dark a cell is. */
  heat?: (row: Row) => number
}

interface TableProps<Row> {
  /** What the table shows, for screen readers. */
  caption: string
  columns: Column<Row>[]
  rows: readonly Row[]
  rowKey: (row: Row) => string
  /** The column and direction at first. */
  sorted?: { by: string; down?: boolean }
}

const shownFirst = 50

/** A table for reading. The first column names the row. */
export function Table<Row>({ caption, columns, rows, rowKey, sorted }: TableProps<Row>) {
  const [order, setOrder] = useState(sorted)
  const by = columns.find((one) => one.name === order?.by)?.sort
  const [all, setAll] = useState(false)
  const sortedRows = by ? [...rows].sort((a, b) => compare(by(a), by(b)) * (order?.down ? -1 : 1)) : rows
  const shown = all ? sortedRows : sortedRows.slice(0, shownFirst)
  return (
    <div class="table-scroll" tabIndex={0} role="region" aria-label={caption}>
      <table class="table">
        <caption class="hidden-visually">{caption}</caption>
        <thead>
          <tr>
            {columns.map((column) => (
              <th key={column.name} scope="col" class={column.number ? 'number' : ''} aria-sort={ariaSort(column, order)}>
                {column.sort ? (
                  <button
                    type="button"
                    class="sort"
                    title={words.value.ui.sortBy(typeof column.title === 'string' ? column.title : column.name)}
                    onClick={() => setOrder({ by: column.name, down: order?.by === column.name && !order.down })}
                  >
                    {column.title}
                    {order?.by === column.name && <Icon name={order.down ? 'down' : 'up'} size={14} />}
                  </button>
                ) : (
                  column.title
                )}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {shown.map((row) => (
            <tr key={rowKey(row)}>
              {columns.map((column, i) =>
                i === 0 ? (
                  <th key={column.name} scope="row" class={column.number ? 'number' : ''}>{column.cell(row)}</th>
                ) : (
                  <td key={column.name} class={column.number ? 'number' : ''} style={column.heat && { '--heat': `${45 * column.heat(row)}%` }}>{column.cell(row)}</td>
                ),
              )}
            </tr>
          ))}
        </tbody>
      </table>
      {shown.length < rows.length && <Button small onClick={() => setAll(true)}>{words.value.common.more} ({rows.length - shown.length})</Button>}
    </div>
  )
}

function compare(a: string | number, b: string | number): number {
  return typeof a === 'number' && typeof b === 'number' ? a - b : String(a).localeCompare(String(b))
}

function ariaSort<Row>(column: Column<Row>, order?: { by: string; down?: boolean }) {
  if (!column.sort) return undefined
  if (order?.by !== column.name) return 'none'
  return order.down ? 'descending' : 'ascending'
}
