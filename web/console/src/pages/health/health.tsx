import { useEffect } from 'preact/hooks'
import { readHealth, type Health as HealthAnswer } from '../../api/health'
import { needsApproval, publishesItself } from '../../state/settings'
import { refreshStatus, snapshots, statusError } from '../../state/status'
import { Card } from '../../ui/card'
import { useLoad } from '../../ui/load'
import { ErrorNotice, Notice } from '../../ui/notice'
import { Loading } from '../../ui/progress'
import { formatDateTime, formatRelative, words } from '../../words'
import { pageHref } from '../names'
import { LiveCard } from '../overview/live'
import { ProblemsCard } from '../overview/problems'

const every = 5_000

/** Whether it works: what decides and since when that is known, how publishing is set, which rows are wrong. */
export function Health() {
  const now = snapshots.value
  const health = useLoad(readHealth, [])
  useEffect(() => {
    void refreshStatus()
    const timer = setInterval(() => {
      if (!document.hidden) health.reload()
    }, every)
    return () => clearInterval(timer)
  }, [health.reload])
  const w = words.value.health
  return (
    <div class="stack">
      <div class="grid-cards">
        <Card title={w.statusTitle}>
          {health.error !== null ? <ErrorNotice error={health.error} onRetry={health.reload} /> : health.data ? <Status health={health.data} /> : <Loading />}
        </Card>
        {now && <LiveCard />}
        {now && <PublishingCard />}
        {now && <ProblemsCard />}
      </div>
      {now === null && statusError.value === null && <Loading />}
      {statusError.value !== null && <ErrorNotice error={statusError.value} onRetry={() => void refreshStatus()} />}
    </div>
  )
}

function Status({ health }: { health: HealthAnswer }) {
  const w = words.value.health
  return (
    <>
      <Notice live tone={health.status === 'ok' ? 'good' : 'bad'} title={health.status === 'ok' ? w.ok : w.degraded}>{health.status !== 'ok' && w.degradedText}</Notice>
      {health.status === 'ok' && snapshots.value && health.snapshot !== snapshots.value.live && <Notice tone="warn" live>{w.behind}</Notice>}
      <dl class="facts">
        <dt>{w.age}</dt>
        <dd class="figure">{ago(health.snapshot_age)}</dd>
      </dl>
    </>
  )
}

function ago(seconds: number): string {
  const now = Date.now()
  return formatRelative(new Date(now - 1000 * seconds), now, true)
}

function PublishingCard() {
  const w = words.value
  const held = snapshots.value?.held
  return (
    <Card title={w.health.publishTitle}>
      <p class="figure">{publishesItself.value ? w.health.auto : w.health.manual}</p>
      <p>{publishesItself.value ? w.changes.autoText : w.health.manualText}</p>
      {held && <Notice tone="bad">{w.health.autoHeld(formatDateTime(held.since))}</Notice>}
      <p>{needsApproval.value ? w.health.approvals : w.health.noApprovals}</p>
      <a href={pageHref('tables', ['settings'])}>{w.health.settings}</a>
    </Card>
  )
}
