import { useEffect, useState } from 'preact/hooks'
import { readPhases, type PhasesReport } from '../../api/reports'
import { phases } from '../../state/phases'
import { visitorTotal } from '../../state/total'
import { PhaseBadge, phaseColour } from '../../ui/badge'
import { Bar } from '../../ui/bar'
import { Empty } from '../../ui/empty'
import { ErrorNotice } from '../../ui/notice'
import { Loading } from '../../ui/progress'
import { Table } from '../../ui/table'
import { formatDateTime, formatNumber, formatPercent, words } from '../../words'

type PhaseRow = PhasesReport['rows'][number]

/** How many visitors stand in which phase, as a bar and as a table. */
export function PhaseDistribution() {
  const w = words.value
  const [report, setReport] = useState<PhasesReport>()
  const [error, setError] = useState<unknown>(null)
  const [turn, setTurn] = useState(0)
  useEffect(() => {
    const ended = new AbortController()
    setError(null)
    const show = (sum: PhasesReport) => {
      setReport(sum)
      if (!sum.next) visitorTotal.value = sum.visitors
    }
    readPhases(show, ended.signal).catch((e: unknown) => ended.signal.aborted || setError(e))
    return () => ended.abort()
  }, [turn])

  return (
    <section class="card">
      <div class="row apart">
        <h2>{w.overview.phasesTitle}</h2>
        {report && <p class="quiet small" aria-live="polite">{stand(report)}</p>}
      </div>
      {error !== null && <ErrorNotice error={error} onRetry={() => setTurn(turn + 1)} />}
      {!report && error === null && <Loading />}
      {report && report.visitors === 0 && <Empty icon="visitor" title={w.overview.phasesNone}><p>{w.overview.phasesNoneText}</p></Empty>}
      {report && report.visitors > 0 && <Distribution rows={inOrder(report.rows)} />}
    </section>
  )
}

function stand(report: PhasesReport): string {
  const w = words.value
  const visitors = w.common.visitors(report.visitors, formatNumber(report.visitors))
  return report.next ? w.common.counting(visitors) : w.overview.phasesText(visitors, formatDateTime(report.at))
}

function inOrder(rows: PhaseRow[]): PhaseRow[] {
  const order = phases.value
  return [...rows].sort((a, b) => order.indexOf(a.phase) - order.indexOf(b.phase))
}

function Distribution({ rows }: { rows: PhaseRow[] }) {
  const w = words.value.overview
  return (
    <Table
      caption={w.phasesTitle}
      rows={rows}
      rowKey={(row) => row.phase}
      columns={[
        { name: 'phase', title: words.value.common.phase, cell: (row) => <PhaseBadge phase={row.phase} /> },
        { name: 'bar', title: w.share, cell: (row: PhaseRow) => <Bar share={row.share} colour={`phase-${phaseColour(row.phase)}`} /> },
        { name: 'visitors', title: words.value.common.visitorsTitle, number: true, cell: (row) => formatNumber(row.visitors) },
        { name: 'share', title: '%', number: true, cell: (row) => formatPercent(row.share, 1) },
        { name: 'standing', title: w.standing, cell: (row) => <Standings row={row} /> },
      ]}
    />
  )
}

function Standings({ row }: { row: PhaseRow }) {
  const names = words.value.overview.standings as Record<string, string>
  const parts = Object.entries(row.standings).filter(([, n]) => n > 0)
  return <span class="quiet">{parts.map(([name, n]) => `${formatNumber(n)} ${names[name] ?? name}`).join(' · ')}</span>
}
