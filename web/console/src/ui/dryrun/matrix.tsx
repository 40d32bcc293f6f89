import { useId, useState } from 'preact/hooks'
import type { DryRun, PhaseCell } from '../../api/dryrun'
import { phaseName } from '../../state/phases'
import { formatNumber, formatPercent, words } from '../../words'
import { PhaseBadge } from '../badge'
import { Examples } from './examples'
import { matrixOf } from './figures'

/** Phase before by phase after, as a table whose cells are the darker the more decisions move. */
export function PhaseMatrix({ run }: { run: DryRun }) {
  const w = words.value.dryrun
  const id = useId()
  const [open, setOpen] = useState<{ from: string; to: string }>()
  const { names, cells, most } = matrixOf(run)
  const chosen = run.phases.find((cell) => cell.from === open?.from && cell.to === open?.to)
  const share = (n: number) => formatPercent(n / run.decisions, 1)
  const sum = (list: (PhaseCell | undefined)[]) => list.reduce((n, cell) => n + (cell?.decisions ?? 0), 0)
  return (
    <>
      <div class="table-scroll" tabIndex={0} role="region" aria-label={w.phasesCaption}>
        <table class="table matrix">
          <caption class="hidden-visually">{w.phasesCaption}</caption>
          <thead>
            <tr>
              <th scope="col">{words.value.common.before} ↓ · {w.after} →</th>
              {names.map((to) => <th key={to} scope="col"><PhaseBadge phase={to} /></th>)}
              <th scope="col" class="number">{w.total}</th>
            </tr>
          </thead>
          <tbody>
            {names.map((from, i) => (
              <tr key={from}>
                <th scope="row"><PhaseBadge phase={from} /></th>
                {cells[i]!.map((cell, j) => (
                  <td key={names[j]} class={i === j ? 'stays' : ''} style={i === j || !cell ? undefined : { '--heat': heat(cell.decisions, most) }}>
                    <Cell
                      cell={cell}
                      share={share}
                      stays={i === j}
                      open={cell !== undefined && cell === chosen}
                      controls={id}
                      onOpen={(show) => setOpen(show ? cell : undefined)}
                    />
                  </td>
                ))}
                <td class="number total">{formatNumber(sum(cells[i]!))}</td>
              </tr>
            ))}
            <tr class="total">
              <th scope="row">{w.total}</th>
              {names.map((to, j) => <td key={to}>{formatNumber(sum(cells.map((row) => row[j])))}</td>)}
              <td class="number">{formatNumber(run.decisions)}</td>
            </tr>
          </tbody>
        </table>
      </div>
      {chosen?.examples && chosen.examples.length > 0 && (
        <Examples id={id} what={`${phaseName(chosen.from)} → ${phaseName(chosen.to)}`} examples={chosen.examples} onClose={() => setOpen(undefined)} />
      )}
    </>
  )
}

function heat(decisions: number, most: number): string {
  return `${Math.round(10 + (35 * decisions) / most)}%`
}

interface CellProps {
  cell?: PhaseCell
  share: (n: number) => string
  stays: boolean
  open: boolean
  controls: string
  onOpen: (show: boolean) => void
}

function Cell({ cell, share, stays, open, controls, onOpen }: CellProps) {
  const w = words.value.dryrun
  if (!cell || cell.decisions === 0) return <span class="quiet" aria-label="0">·</span>
  const figures = (
    <>
      <strong>{formatNumber(cell.decisions)}</strong> <span class="small">{share(cell.decisions)}</span>
      {stays && <span class="small quiet"> {w.stays}</span>}
    </>
  )
  if (!cell.examples?.length) return figures
  return (
    <button
      type="button"
      class="cell-button"
      aria-expanded={open}
      aria-controls={open ? controls : undefined}
      title={w.examplesShow(`${phaseName(cell.from)} → ${phaseName(cell.to)}`)}
      onClick={() => onOpen(!open)}
    >
      {figures}
    </button>
  )
}
