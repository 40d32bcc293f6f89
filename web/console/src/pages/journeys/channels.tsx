import type { JourneyMap } from '../../api/journeymap'
import { nameOf } from '../../state/vocabulary'
import { PhaseBadge } from '../../ui/badge'
import { Card } from '../../ui/card'
import { Table } from '../../ui/table'
import { formatNumber, formatPercent, words } from '../../words'

/** Touchpoints by channel and phase, each cell as dark as its share of the phase. */
export function Channels({ map }: { map: JourneyMap }) {
  const w = words.value.journeys
  const counts = new Map(map.channels.map((one) => [`${one.channel} ${one.phase}`, one.touchpoints]))
  const total = (channel: string) => map.channels.reduce((n, one) => (one.channel === channel ? n + one.touchpoints : n), 0)
  const channels = [...new Set(map.channels.map((one) => one.channel))].sort((a, b) => total(b) - total(a))
  return (
    <Card title={w.channels} text={w.channelsText}>
      <Table
        caption={w.channels}
        rows={channels}
        rowKey={(channel) => channel}
        columns={[
          { name: 'channel', title: words.value.common.channel, cell: nameOf },
          ...map.phases.map(({ phase, touchpoints }) => {
            const share = (channel: string) => (counts.get(`${channel} ${phase}`) ?? 0) / (touchpoints || 1)
            return {
              name: phase,
              title: <PhaseBadge phase={phase} />,
              number: true,
              heat: share,
              cell: (channel: string) => <>{formatNumber(counts.get(`${channel} ${phase}`) ?? 0)} <span class="small">{formatPercent(share(channel))}</span></>,
            }
          }),
        ]}
      />
    </Card>
  )
}
