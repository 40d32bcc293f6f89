import type { Funnel, FunnelRow } from '../../api/funnel'
import { PhaseBadge, phaseColour } from '../../ui/badge'
import { Bar } from '../../ui/bar'
import { Card } from '../../ui/card'
import { Table } from '../../ui/table'
import { formatNumber, formatPercent, words } from '../../words'

/** How many visitors came how far, as bars and as figures. */
export function FunnelReport({ funnel }: { funnel: Funnel }) {
  const w = words.value.journeys
  const { rows, visitors } = funnel
  const share = (n: number, of = 0) => (of === 0 ? '–' : formatPercent(n / of, 1))
  return (
    <Card title={w.funnel}>
      <Table
        caption={w.funnel}
        rows={rows}
        rowKey={(row) => row.phase}
        columns={[
          { name: 'phase', title: words.value.common.phase, cell: (row) => <PhaseBadge phase={row.phase} /> },
          { name: 'bar', title: w.reached, cell: (row: FunnelRow) => <Bar share={row.reached / (visitors || 1)} colour={`phase-${phaseColour(row.phase)}`} /> },
          { name: 'reached', title: words.value.common.visitorsTitle, number: true, cell: (row) => formatNumber(row.reached) },
          { name: 'share', title: w.share, number: true, cell: (row) => share(row.reached, visitors) },
          { name: 'before', title: w.ofBefore, number: true, cell: (row) => share(row.reached, rows[rows.indexOf(row) - 1]?.reached) },
          { name: 'furthest', title: w.furthest, number: true, cell: (row) => formatNumber(row.furthest) },
          { name: 'visitors', title: w.wereIn, number: true, cell: (row) => formatNumber(row.visitors) },
        ]}
      />
    </Card>
  )
}
