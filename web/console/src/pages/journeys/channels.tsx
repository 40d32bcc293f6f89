import type { JourneyMap } from '../../api/journeymap'
import { nameOf } from '../../state/vocabulary'
import { PhaseBadge } from '../../ui/badge'
import { Card } from '../../ui/card'
import { formatNumber, formatPercent, words } from '../../words'

/** Touchpoints by channel and phase, each cell as dark as its share of the phase. */
export function Channels({ map }: { map: JourneyMap }) {
  const w = words.value.journeys
  const phases = map.phases.map((one) => one.phase)
  const totals = new Map(map.phases.map((one) => [one.phase, one.touchpoints]))
  const rows = byChannel(map)
  return (
    <Card title={w.channels} text={rows.length === 0 ? w.noTouchpoints : w.channelsText}>
      {rows.length > 0 && (
        <div class="table-scroll" tabIndex={0} role="region" aria-label={w.channels}>
          <table class="table heat">
            <caption class="hidden-visually">{w.channels}</caption>
            <thead>
              <tr>
                <th scope="col">{words.value.common.channel}</th>
                {phases.map((phase) => <th key={phase} scope="col" class="number"><PhaseBadge phase={phase} /></th>)}
              </tr>
            </thead>
            <tbody>
              {rows.map(({ channel, counts }) => (
                <tr key={channel}>
                  <th scope="row">{nameOf(channel)}</th>
                  {phases.map((phase) => <Cell key={phase} n={counts.get(phase) ?? 0} of={totals.get(phase) ?? 0} />)}
                </tr>
              ))}
            </tbody>
            <tfoot>
              <tr>
                <th scope="row">{w.allChannels}</th>
                {phases.map((phase) => <td key={phase} class="number">{formatNumber(totals.get(phase) ?? 0)}</td>)}
              </tr>
            </tfoot>
          </table>
        </div>
      )}
    </Card>
  )
}

function Cell({ n, of }: { n: number; of: number }) {
  const share = of === 0 ? 0 : n / of
  return (
    <td class="number" style={{ '--heat': `${Math.round(share * 45)}%` }}>
      {n === 0 ? <span class="quiet">–</span> : <>{formatNumber(n)} <span class="small share">{formatPercent(share)}</span></>}
    </td>
  )
}

interface ChannelRow {
  channel: string
  counts: Map<string, number>
  total: number
}

/** A row for each channel, the busiest first. */
function byChannel(map: JourneyMap): ChannelRow[] {
  const rows = new Map<string, ChannelRow>()
  for (const { channel, phase, touchpoints } of map.channels) {
    const row = rows.get(channel) ?? { channel, counts: new Map(), total: 0 }
    row.counts.set(phase, touchpoints)
    row.total += touchpoints
    rows.set(channel, row)
  }
  return [...rows.values()].sort((a, b) => b.total - a.total)
}
