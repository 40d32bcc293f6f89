import type { Step, StepTouchpoint } from '../../api/journey'
import { nameOf } from '../../state/vocabulary'
import { PhaseBadge } from '../../ui/badge'
import { Table } from '../../ui/table'
import { formatDateTime, formatPercent, words } from '../../words'
import { placeHref, type Place } from './place'

interface Line extends StepTouchpoint {
  step: Step
}

/** The timeline as a table: what happened when, and where the visitor stood afterwards. */
export function StepsTable({ steps, place }: { steps: readonly Step[]; place: Place }) {
  const w = words.value.visitor
  const rows: Line[] = steps.flatMap((step) => step.touchpoints.map((one) => ({ ...one, step })))
  return (
    <details class="disclosure">
      <summary>{w.asTable}</summary>
      <Table
        caption={w.asTable}
        rows={rows}
        rowKey={(row) => row.id}
        sorted={{ by: 'at' }}
        columns={[
          {
            name: 'at', title: w.columns.at, sort: (row) => Date.parse(row.step.at),
            cell: (row) => <a class="nowrap" href={placeHref({ ...place, at: row.step.at })}>{formatDateTime(row.step.at)}</a>,
          },
          {
            name: 'type', title: w.columns.type, sort: (row) => row.type,
            cell: (row) => nameOf(row.type),
          },
          { name: 'channel', title: w.columns.channel, sort: (row) => row.channel, cell: (row) => nameOf(row.channel) },
          { name: 'item', title: w.columns.item, sort: (row) => row.item ?? '', cell: (row) => row.item },
          { name: 'phase', title: w.columns.phase, cell: (row) => <PhaseBadge phase={row.step.phase} /> },
          {
            name: 'confidence', title: w.columns.confidence, number: true, sort: (row) => row.step.confidence,
            cell: (row) => formatPercent(row.step.confidence),
          },
        ]}
      />
    </details>
  )
}
