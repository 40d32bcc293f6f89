import type { Shift } from '../../api/dryrun'
import { pageHref } from '../../pages/names'
import { formatNumber, words } from '../../words'
import { Hidden } from '../hidden'
import { Table, type Column } from '../table'
import type { ExampleList } from './examples'
import { movers } from './figures'

interface ShiftsProps<Cell> {
  cells: readonly Cell[]
  name: (cell: Cell) => string
  /** The table in which the name is a row. */
  table: string
  title: string
  onOpen: (list: ExampleList) => void
}

/** Before and after, and as bars to either side what was lost and what was won. */
export function Shifts<Cell extends Shift & { placement: string }>({ cells, name, table, title, onOpen }: ShiftsProps<Cell>) {
  const w = words.value
  const rows = movers(cells)
  const most = Math.max(...rows.map((cell) => Math.max(cell.won, cell.lost)))
  if (rows.length === 0) return <p>{w.dryrun.none}</p>
  const side = (n: number, sign: string) => (
    <span class={sign === '+' ? 'won' : 'lost'}>{n > 0 && <><i style={{ width: `${60 * (n / most)}%` }} />{sign}{formatNumber(n)}</>}</span>
  )
  const columns: Column<Cell>[] = [
    { name: 'name', title, sort: name, cell: (cell) => <a href={pageHref('tables', [table], { row: name(cell) })}>{name(cell)}</a> },
    { name: 'placement', title: w.dryrun.placement, sort: (cell) => cell.placement, cell: (cell) => cell.placement },
    { name: 'before', title: w.common.before, number: true, sort: (cell) => cell.before, cell: (cell) => formatNumber(cell.before) },
    { name: 'after', title: w.dryrun.after, number: true, sort: (cell) => cell.after, cell: (cell) => formatNumber(cell.after) },
    { name: 'change', title: w.dryrun.change, cell: (cell) => <span class="shift small">{side(cell.lost, '−')}{side(cell.won, '+')}</span> },
    {
      name: 'examples', title: w.dryrun.examples,
      cell: (cell) => cell.examples && cell.examples.length > 0 && (
        <button type="button" class="text-button" onClick={() => onOpen({ what: name(cell), examples: cell.examples!, tab: 'sees' })}>
          {cell.examples.length}<Hidden> {w.dryrun.examplesOf(name(cell))}</Hidden>
        </button>
      ),
    },
  ]
  return (
    <Table
      caption={title}
      rows={rows}
      rowKey={(cell) => `${cell.placement} ${name(cell)}`}
      columns={columns.filter((one) => one.name !== 'placement' || table !== 'placements')}
    />
  )
}
