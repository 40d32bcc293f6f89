import type { Funnel, FunnelRow } from '../../api/funnel'
import { PhaseBadge, phaseColour } from '../../ui/badge'
import { Card } from '../../ui/card'
import { Table } from '../../ui/table'
import { useWidth } from '../../ui/width'
import { phaseName } from '../../state/phases'
import { formatNumber, formatPercent, words } from '../../words'

/** How many visitors came how far. */
export function FunnelReport({ funnel }: { funnel: Funnel }) {
  const w = words.value.journeys
  const { rows, visitors } = funnel
  const share = (n: number, of: number) => (of === 0 ? '–' : formatPercent(n / of, 1))
  const before = (row: FunnelRow) => rows[rows.indexOf(row) - 1]
  return (
    <Card title={w.funnel} text={w.funnelText}>
      <FunnelPicture rows={rows} visitors={visitors} />
      <h3>{w.funnelTable}</h3>
      <Table
        caption={w.funnelTable}
        rows={rows}
        rowKey={(row) => row.phase}
        columns={[
          { name: 'phase', title: words.value.common.phase, cell: (row) => <PhaseBadge phase={row.phase} /> },
          { name: 'reached', title: w.reached, number: true, cell: (row) => formatNumber(row.reached) },
          { name: 'share', title: w.share, number: true, cell: (row) => share(row.reached, visitors) },
          { name: 'before', title: w.ofBefore, number: true, cell: (row) => (before(row) ? share(row.reached, before(row)!.reached) : '–') },
          { name: 'furthest', title: w.furthest, number: true, cell: (row) => formatNumber(row.furthest) },
          { name: 'visitors', title: w.wereIn, number: true, cell: (row) => formatNumber(row.visitors) },
        ]}
      />
    </Card>
  )
}

const bar = 36
const step = 68

function FunnelPicture({ rows, visitors }: { rows: readonly FunnelRow[]; visitors: number }) {
  const w = words.value.journeys
  const [box, width] = useWidth<HTMLDivElement>()
  const wide = (n: number) => (visitors === 0 ? 0 : (n / visitors) * width)
  return (
    <div ref={box}>
      {width > 0 && (
        <svg class="funnel" width={width} height={rows.length * step} role="img" aria-label={w.funnelLabel}>
          {rows.map((row, i) => {
            const y = i * step + 22
            const next = rows[i + 1]
            return (
              <g key={row.phase} class={`phase-${phaseColour(row.phase)}`}>
                <text y={y - 7}>
                  {phaseName(row.phase)} <tspan class="flow-count">{formatNumber(row.reached)} · {visitors === 0 ? '–' : formatPercent(row.reached / visitors)}</tspan>
                </text>
                {next && row.reached > 0 && width >= 440 && <text class="funnel-on" x={width} y={y - 7} text-anchor="end">{w.goOn(formatPercent(next.reached / row.reached))}</text>}
                <rect class="funnel-ground" y={y} width={width} height={bar} rx={3} />
                <rect class="funnel-ends" y={y} width={wide(row.reached)} height={bar} rx={3} />
                <rect class="funnel-on-part" y={y} width={wide(row.reached - row.furthest)} height={bar} rx={3} />
              </g>
            )
          })}
        </svg>
      )}
    </div>
  )
}
