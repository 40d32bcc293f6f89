import type { JourneyMap, MapMove } from '../../api/journeymap'
import { PhaseBadge } from '../../ui/badge'
import { Card } from '../../ui/card'
import { Table } from '../../ui/table'
import { formatDuration, formatNumber, words } from '../../words'
import { Channels } from './channels'
import { FlowPicture, fromName } from './flow-picture'

/** Between which phases visitors moved, and by which channels they came in each. */
export function MapReport({ map }: { map: JourneyMap }) {
  const w = words.value.journeys
  return (
    <>
      <Card title={w.flow} text={map.moves.length === 0 ? w.noMoves : w.flowText}>
        {map.moves.length > 0 && (
          <>
            <FlowPicture moves={map.moves} />
            <details class="disclosure">
              <summary>{w.flowTable}</summary>
              <MovesTable moves={map.moves} />
            </details>
          </>
        )}
      </Card>
      <Channels map={map} />
    </>
  )
}

function MovesTable({ moves }: { moves: readonly MapMove[] }) {
  const w = words.value.journeys
  return (
    <Table
      caption={w.flowTable}
      rows={moves}
      rowKey={(row) => `${row.from} ${row.to}`}
      columns={[
        { name: 'from', title: words.value.common.from, cell: (row) => (row.from === '' ? fromName('') : <PhaseBadge phase={row.from} />) },
        { name: 'to', title: w.right, cell: (row) => <PhaseBadge phase={row.to} /> },
        { name: 'moves', title: w.moves, number: true, sort: (row) => row.moves, cell: (row) => formatNumber(row.moves) },
        { name: 'visitors', title: words.value.common.visitorsTitle, number: true, sort: (row) => row.visitors, cell: (row) => formatNumber(row.visitors) },
        { name: 'stay', title: w.stay, number: true, sort: (row) => row.seconds / row.moves, cell: (row) => (row.from === '' ? '–' : formatDuration(row.seconds / row.moves)) },
      ]}
    />
  )
}
