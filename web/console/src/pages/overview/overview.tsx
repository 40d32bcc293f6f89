import { changes, snapshots, statusError, refreshStatus } from '../../state/status'
import { Badge } from '../../ui/badge'
import { Card } from '../../ui/card'
import { ErrorNotice } from '../../ui/notice'
import { Loading } from '../../ui/progress'
import { formatDateTime, words } from '../../words'
import { tableLabel } from '../../words/columns'
import { pageHref } from '../names'
import { LiveCard } from './live'
import { NextStep } from './next'
import { PhaseDistribution } from './phases'
import { ProblemsCard } from './problems'
import './overview.css'

/** What is live, what waits, what is wrong, and where the visitors stand. */
export function Overview() {
  if (snapshots.value === null) {
    return statusError.value ? <ErrorNotice error={statusError.value} onRetry={() => void refreshStatus()} /> : <Loading />
  }
  return (
    <div class="overview stack">
      <NextStep />
      <div class="grid-cards">
        <LiveCard />
        <DraftCard />
        <ProblemsCard />
      </div>
      <PhaseDistribution />
    </div>
  )
}

function DraftCard() {
  const w = words.value
  const rows = changes.value
  const byTable = new Map<string, number>()
  for (const row of rows) byTable.set(row.table, (byTable.get(row.table) ?? 0) + 1)
  return (
    <Card title={w.common.draft}>
      {rows.length === 0 ? (
        <p>{w.overview.draftSame}</p>
      ) : (
        <>
          <p class="figure">{w.shell.draftChanges(rows.length)}</p>
          <p class="row">
            {[...byTable].map(([table, n]) => (
              <a key={table} class="badge info" href={pageHref('tables', [table])}>{`${tableLabel(table)}: ${n}`}</a>
            ))}
          </p>
          <p class="quiet">{w.overview.draftSafe}</p>
        </>
      )}
      {snapshots.value?.held && (
        <p><Badge tone="warn">{w.shell.held}</Badge> {w.overview.draftHeld(formatDateTime(snapshots.value.held.since))}</p>
      )}
      {rows.length > 0 && <a href={pageHref('changes')}>{w.overview.nextPublishLink}</a>}
    </Card>
  )
}
