import { useId, useState } from 'preact/hooks'
import type { Shift } from '../../api/dryrun'
import { formatNumber, words } from '../../words'
import { Hidden } from '../hidden'
import { Examples } from './examples'
import { movers } from './figures'
import { RowLink, signed } from './rowlink'

interface ShiftsProps<Cell> {
  cells: readonly Cell[]
  name: (cell: Cell) => string
  /** The table in which the name is a row. */
  table: string
  title: string
  caption: (placement: string) => string
  /** What to say where nothing moves, and of those that do not. */
  none?: string
  same?: (n: number) => string
  /** One table for all, with those that do not move, instead of one a placement. */
  together?: boolean
}

const shownFirst = 12

/** Before and after, and as bars to either side what was lost and what was won. */
export function Shifts<Cell extends Shift & { placement: string }>({ cells, name, table, title, caption, none, same, together }: ShiftsProps<Cell>) {
  const w = words.value.dryrun
  const found = movers(cells)
  const groups = together ? [{ placement: '', cells: [...cells] }] : found.groups
  if (groups.length === 0) return <p>{none}</p>
  return (
    <>
      <div class="shift-groups">
        {groups.map((group) => (
          <ShiftTable
            key={group.placement}
            cells={group.cells}
            most={found.most}
            name={name}
            table={table}
            title={title}
            caption={caption(group.placement)}
            placement={group.placement}
          />
        ))}
      </div>
      {same && found.same > 0 && <p class="quiet small">{same(found.same)}</p>}
      {found.groups.length > 0 && (
        <p class="shift-legend small quiet" aria-hidden="true">
          <span class="shift-swatch lost" /> {w.lost('−')} <span class="shift-swatch won" /> {w.won('+')}
        </p>
      )}
    </>
  )
}

interface ShiftTableProps<Cell> extends Pick<ShiftsProps<Cell>, 'name' | 'table' | 'title'> {
  cells: Cell[]
  most: number
  caption: string
  placement: string
}

function ShiftTable<Cell extends Shift>({ cells, most, name, table, title, caption, placement }: ShiftTableProps<Cell>) {
  const w = words.value
  const id = useId()
  const [open, setOpen] = useState<string>()
  const [all, setAll] = useState(false)
  const shown = all ? cells : cells.slice(0, shownFirst)
  const chosen = cells.find((cell) => name(cell) === open)
  return (
    <div class="stack tight">
      <div class="table-scroll" tabIndex={0} role="region" aria-label={caption}>
        <table class="table shifts">
          <caption class={placement ? '' : 'hidden-visually'}>{placement || caption}</caption>
          <thead>
            <tr>
              <th scope="col">{title}</th>
              <th scope="col" class="number">{w.common.before}</th>
              <th scope="col" class="number">{w.dryrun.after}</th>
              <th scope="col" class="number">±</th>
              <th scope="col" class="shift-head">{w.dryrun.change}</th>
              <th scope="col">{w.dryrun.examples}</th>
            </tr>
          </thead>
          <tbody>
            {shown.map((cell) => (
              <tr key={name(cell)}>
                <th scope="row"><RowLink table={table} row={name(cell)} /></th>
                <td class="number shift-before">{formatNumber(cell.before)}</td>
                <td class="number">{formatNumber(cell.after)}</td>
                <td class="number"><strong>{signed(cell.after - cell.before)}</strong></td>
                <td class="shift-cell"><Bars cell={cell} most={most} /></td>
                <td>
                  {cell.examples && cell.examples.length > 0 && (
                    <button type="button" class="text-button" aria-expanded={chosen === cell} onClick={() => setOpen(chosen === cell ? undefined : name(cell))}>
                      {cell.examples.length}<Hidden> {w.dryrun.examplesOf(name(cell))}</Hidden>
                    </button>
                  )}
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
      {cells.length > shown.length && (
        <button type="button" class="text-button" onClick={() => setAll(true)}>{w.common.more} ({cells.length - shown.length})</button>
      )}
      {chosen?.examples && <Examples id={id} what={[placement, name(chosen)].filter(Boolean).join(' › ')} examples={chosen.examples} tab="sees" onClose={() => setOpen(undefined)} />}
    </div>
  )
}

function Bars({ cell, most }: { cell: Shift; most: number }) {
  const w = words.value.dryrun
  // What is not the bar is its number.
  const side = (n: number) => ({ width: `calc((100% - 3.5em) * ${n / most})` })
  return (
    <span class="shift-bars">
      <span class="shift-side lost">
        <span class="shift-number">{cell.lost > 0 && <>−{formatNumber(cell.lost)}<Hidden> {w.lost('')}</Hidden></>}</span>
        <span class="shift-bar" aria-hidden="true" style={side(cell.lost)} />
      </span>
      <span class="shift-side won">
        <span class="shift-bar" aria-hidden="true" style={side(cell.won)} />
        <span class="shift-number">{cell.won > 0 && <>+{formatNumber(cell.won)}<Hidden> {w.won('')}</Hidden></>}</span>
      </span>
    </span>
  )
}
