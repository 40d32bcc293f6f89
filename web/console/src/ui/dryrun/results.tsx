import type { DryRun, FallbackCell, ItemCell } from '../../api/dryrun'
import { formatNumber, words } from '../../words'
import { Table } from '../table'
import { movingRules } from './figures'
import { PhaseMatrix } from './matrix'
import { RowLink, signed } from './rowlink'
import { Shifts } from './shifts'

/** What a dry run found, in pictures that are tables, too. */
export function Results({ run }: { run: DryRun }) {
  const w = words.value.dryrun
  return (
    <>
      <section class="stack tight">
        <h3>{w.phases}</h3>
        <p class="quiet">{w.phasesText}</p>
        <PhaseMatrix run={run} />
      </section>
      <section class="stack tight">
        <h3>{w.items}</h3>
        <p class="quiet">{w.itemsText}</p>
        <Shifts<ItemCell>
          cells={run.items}
          name={(cell) => cell.item}
          table="items"
          title={w.item}
          caption={w.itemsCaption}
          none={w.itemsNone}
          same={w.itemsSame}
        />
      </section>
      <section class="stack tight">
        <h3>{w.fallbacks}</h3>
        <p class="quiet">{w.fallbacksText}</p>
        {run.fallbacks.length === 0 ? <p>{w.fallbacksNone}</p> : (
          <Shifts<FallbackCell> cells={run.fallbacks} name={(cell) => cell.placement} table="placements" title={w.placement} caption={() => w.fallbacks} together />
        )}
      </section>
      <section class="stack tight">
        <h3>{w.rules}</h3>
        <p class="quiet">{w.rulesText}</p>
        <Rules run={run} />
      </section>
    </>
  )
}

function Rules({ run }: { run: DryRun }) {
  const w = words.value.dryrun
  const { moving, same } = movingRules(run.rules)
  if (run.rules.length === 0) return <p>{w.rulesNone}</p>
  return (
    <>
      {moving.length > 0 && (
        <Table
          caption={w.rules}
          rows={moving}
          rowKey={(cell) => `${cell.placement} ${cell.rule}`}
          columns={[
            { name: 'rule', title: w.rule, cell: (cell) => <RowLink table="rules" row={cell.rule} />, sort: (cell) => cell.rule },
            { name: 'placement', title: w.placement, cell: (cell) => cell.placement, sort: (cell) => cell.placement },
            { name: 'before', title: words.value.common.before, number: true, cell: (cell) => formatNumber(cell.before), sort: (cell) => cell.before },
            { name: 'after', title: w.after, number: true, cell: (cell) => formatNumber(cell.after), sort: (cell) => cell.after },
            { name: 'change', title: '±', number: true, cell: (cell) => signed(cell.after - cell.before), sort: (cell) => cell.after - cell.before },
          ]}
        />
      )}
      {same > 0 && <p class="quiet small">{w.rulesSame(same)}</p>}
    </>
  )
}
