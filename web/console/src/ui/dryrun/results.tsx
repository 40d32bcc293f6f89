import { useState } from 'preact/hooks'
import type { DryRun, Example } from '../../api/dryrun'
import { phaseName } from '../../state/phases'
import { formatNumber, formatPercent, words } from '../../words'
import { PhaseBadge } from '../badge'
import { Table } from '../table'
import { Examples, type ExampleList } from './examples'
import { phasesOf, shiftOf } from './figures'
import { Shifts } from './shifts'

/** What a dry run found, in pictures that are tables, too. */
export function Results({ run }: { run: DryRun }) {
  const w = words.value.dryrun
  const [open, setOpen] = useState<ExampleList>()
  return (
    <>
      <h3>{w.phases}</h3>
      <PhaseMatrix run={run} onOpen={setOpen} />
      <h3>{w.items}</h3>
      <Shifts cells={run.items} name={(cell) => cell.item} table="items" title={w.item} onOpen={setOpen} />
      <h3>{w.fallbacks}</h3>
      <Shifts cells={run.fallbacks} name={(cell) => cell.placement} table="placements" title={w.placement} onOpen={setOpen} />
      <h3>{w.rules}</h3>
      <Shifts cells={run.rules.map(shiftOf)} name={(cell) => cell.rule} table="rules" title={w.rule} onOpen={setOpen} />
      {run.pressure.length > 0 && <h3>{w.pressure}</h3>}
      {run.pressure.length > 0 && (
        <Table
          caption={w.pressure}
          rows={run.pressure}
          rowKey={(cell) => `${cell.item} ${cell.limit}`}
          columns={[
            { name: 'item', title: w.item, cell: (cell) => cell.item },
            { name: 'limit', title: w.limit, cell: (cell) => (cell.budget ? w.budget(formatNumber(cell.taken ?? 0), formatNumber(cell.budget)) : cell.limit) },
            { name: 'before', title: words.value.common.before, number: true, cell: (cell) => formatNumber(cell.before) },
            { name: 'after', title: w.after, number: true, cell: (cell) => formatNumber(cell.after) },
          ]}
        />
      )}
      {open && <Examples {...open} onClose={() => setOpen(undefined)} />}
    </>
  )
}

/** Phase before by phase after, as a table whose cells are the darker the more decisions move. */
function PhaseMatrix({ run, onOpen }: { run: DryRun; onOpen: (list: ExampleList) => void }) {
  const w = words.value.dryrun
  const names = phasesOf(run)
  const cellOf = (from: string, to: string) => run.phases.find((cell) => cell.from === from && cell.to === to)
  const most = Math.max(1, ...run.phases.map((cell) => (cell.from === cell.to ? 0 : cell.decisions)))
  return (
    <Table
      caption={w.phases}
      rows={names}
      rowKey={(from) => from}
      columns={[
        { name: 'from', title: `${words.value.common.before} ↓ · ${w.after} →`, cell: (from) => <PhaseBadge phase={from} /> },
        ...names.map((to) => ({
          name: to,
          title: <PhaseBadge phase={to} />,
          number: true,
          heat: (from: string) => (from === to ? 0 : (cellOf(from, to)?.decisions ?? 0) / most),
          cell: (from: string) => {
            const { decisions = 0, examples } = cellOf(from, to) ?? {}
            if (decisions === 0) return '·'
            const what = `${phaseName(from)} → ${phaseName(to)}`
            return <><Count n={decisions} examples={examples} onOpen={(found) => onOpen({ what, examples: found })} /> <span class="small">{formatPercent(decisions / run.decisions, 1)}</span></>
          },
        })),
      ]}
    />
  )
}

/** A number, which shows its examples where there are some. */
function Count({ n, examples = [], onOpen }: { n: number; examples?: Example[]; onOpen: (examples: Example[]) => void }) {
  if (examples.length === 0) return <>{formatNumber(n)}</>
  return <button type="button" class="text-button" title={words.value.dryrun.examples} onClick={() => onOpen(examples)}>{formatNumber(n)}</button>
}
