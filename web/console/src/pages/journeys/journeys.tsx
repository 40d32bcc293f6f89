import type { ComponentChildren } from 'preact'
import { useEffect, useState } from 'preact/hooks'
import type { Funnel } from '../../api/funnel'
import type { JourneyMap, ReportPage } from '../../api/journeymap'
import { readFunnel, readJourneyMap, type ReportTime } from '../../api/reports'
import { go, href, route } from '../../state/route'
import { Empty } from '../../ui/empty'
import { ErrorNotice } from '../../ui/notice'
import { Loading, Progress } from '../../ui/progress'
import { Tabs } from '../../ui/tabs'
import { formatDateTime, formatNumber, words } from '../../words'
import { FunnelReport } from './funnel'
import { MapReport } from './map'
import { chosenOf, timeOf, type Chosen } from './window'
import { WindowChooser } from './window-chooser'
import './journeys.css'

const reports = ['map', 'funnel'] as const
type ReportName = (typeof reports)[number]

/** How visitors move from phase to phase, and how far they come. */
export function Journeys() {
  const w = words.value.journeys
  const { parts, query } = route.value
  const name: ReportName = parts[0] === 'funnel' ? 'funnel' : 'map'
  const chosen = chosenOf(query)
  const wrong = timeOf(chosen, 0) === null
  const to = (report: ReportName, { name: time, from, to: end }: Chosen) =>
    go(href('journeys', [report], time === 'chosen' ? { time, from, to: end } : { time }), true)
  return (
    <div class="stack">
      <WindowChooser chosen={chosen} wrong={wrong} onChange={(next) => to(name, next)} />
      <Tabs label={w.tabsLabel} tabs={reports.map((one) => ({ name: one, title: w.tabs[one] }))} selected={name} onSelect={(next) => to(next, chosen)}>
        {!wrong && name === 'map' && (
          <Report<JourneyMap> key="map" chosen={chosen} read={readJourneyMap} show={(sum) => <MapReport map={sum} />} />
        )}
        {!wrong && name === 'funnel' && (
          <Report<Funnel> key="funnel" chosen={chosen} read={readFunnel} show={(sum) => <FunnelReport funnel={sum} />} />
        )}
      </Tabs>
    </div>
  )
}

interface ReportProps<P extends ReportPage> {
  chosen: Chosen
  read: (time: ReportTime, soFar: (sum: P) => void, signal: AbortSignal) => Promise<void>
  show: (sum: P) => ComponentChildren
}

/** Reads a report page by page and shows the sum so far. */
function Report<P extends ReportPage>({ chosen, read, show }: ReportProps<P>) {
  const w = words.value
  const [sum, setSum] = useState<P>()
  const [error, setError] = useState<unknown>(null)
  const [turn, setTurn] = useState(0)
  useEffect(() => {
    const ended = new AbortController()
    const time = timeOf(chosen, Date.now())
    setError(null)
    setSum(undefined)
    if (time) read(time, (soFar) => ended.signal.aborted || setSum(() => soFar), ended.signal).catch((e: unknown) => ended.signal.aborted || setError(e))
    return () => ended.abort()
  }, [chosen.name, chosen.from, chosen.to, turn])

  if (error !== null) return <ErrorNotice error={error} onRetry={() => setTurn(turn + 1)} />
  if (!sum) return <Loading />
  const visitors = w.common.visitors(sum.visitors, formatNumber(sum.visitors))
  return (
    <div class="stack">
      {sum.next ? <Progress label={w.common.counting(visitors)} /> : <p class="quiet" role="status">{counted(sum, visitors)}</p>}
      {sum.visitors === 0 && !sum.next ? <Empty icon="journeys" title={w.journeys.none}><p>{w.journeys.noneText}</p></Empty> : show(sum)}
    </div>
  )
}

function counted(sum: ReportPage, visitors: string): string {
  const w = words.value.journeys
  const until = formatDateTime(sum.until)
  return sum.since ? w.counted(visitors, formatDateTime(sum.since), until) : w.countedAll(visitors, until)
}
