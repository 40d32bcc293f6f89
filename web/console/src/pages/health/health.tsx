import { useEffect } from 'preact/hooks'
import { readHealth, type Health as HealthAnswer } from '../../api/health'
import type { Problem } from '../../api/problem'
import { needsApproval, publishesItself } from '../../state/settings'
import { livePublish, problems, refreshStatus, snapshots, statusError } from '../../state/status'
import { Badge } from '../../ui/badge'
import { Card } from '../../ui/card'
import { useLoad } from '../../ui/load'
import { ErrorNotice, Notice } from '../../ui/notice'
import { Problems } from '../../ui/problems'
import { Loading } from '../../ui/progress'
import { Time } from '../../ui/time'
import { formatDateTime, formatRelative, words } from '../../words'
import { authorName, noteText } from '../../words/authors'
import { pageHref } from '../names'
import { isExpired } from './expired'
import './health.css'

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
    <div class="health stack">
      <div class="grid-cards">
        <Card title={w.statusTitle}>
          {health.error !== null ? <ErrorNotice error={health.error} onRetry={health.reload} /> : health.data ? <Status health={health.data} /> : <Loading />}
        </Card>
        {now && <LiveCard health={health.data} />}
        {now && <PublishingCard />}
      </div>
      {now === null && statusError.value === null && <Loading />}
      {statusError.value !== null && <ErrorNotice error={statusError.value} onRetry={() => void refreshStatus()} />}
      {now && <Rows />}
    </div>
  )
}

/** The rows of the draft with which something is wrong. */
function Rows() {
  const w = words.value.health
  const errors = problems.value.filter((one) => one.severity === 'error')
  const expired = problems.value.filter(isExpired)
  const warnings = problems.value.filter((one) => one.severity === 'warning' && !isExpired(one))
  return (
    <>
      <List title={w.problemsTitle} text={w.problemsText} none={w.problemsNone} problems={errors} tone="bad" />
      <List title={w.expiredTitle} text={w.expiredText} none={w.expiredNone} problems={expired} tone="warn" />
      <List title={w.warningsTitle} text={words.value.changes.warningsText} none={w.warningsNone} problems={warnings} tone="warn" />
    </>
  )
}

const old = 60

function Status({ health }: { health: HealthAnswer }) {
  const w = words.value.health
  const age = health.snapshot_age
  return (
    <>
      <div aria-live="polite">
        {health.status === 'ok' ? (
          <Notice tone="good" title={w.ok}><p>{w.okText}</p></Notice>
        ) : (
          <Notice tone="bad" title={w.degraded}><p>{w.degradedText}</p></Notice>
        )}
      </div>
      <dl class="facts">
        <dt>{w.age}</dt>
        <dd class="figure">{ago(age)}</dd>
      </dl>
      <p class="small quiet">{age > old ? w.ageOld : w.ageText}</p>
    </>
  )
}

function ago(seconds: number): string {
  const now = Date.now()
  return formatRelative(new Date(now - 1000 * seconds), now, true)
}

function LiveCard({ health }: { health?: HealthAnswer }) {
  const w = words.value
  const publish = livePublish.value
  const live = snapshots.value?.live
  return (
    <Card title={w.health.liveTitle}>
      {publish ? (
        <dl class="facts">
          <dt>{w.health.since}</dt>
          <dd class="figure"><Time at={publish.at} /></dd>
          <dt>{w.health.by}</dt>
          <dd>{authorName(publish.author)}, <Time at={publish.at} exact /> {publish.note && w.overview.liveNote(noteText(publish.note))}</dd>
          <dt>{w.common.snapshot}</dt>
          <dd class="mono">{live}</dd>
        </dl>
      ) : (
        <p>{w.health.never}</p>
      )}
      {health?.status === 'ok' && live && health.snapshot !== live && <Notice tone="warn" live>{w.health.behind}</Notice>}
      <a href={pageHref('history')}>{w.overview.liveHistory}</a>
    </Card>
  )
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

interface ListProps {
  title: string
  text: string
  none: string
  problems: readonly Problem[]
  tone: 'bad' | 'warn'
}

function List({ title, text, none, problems, tone }: ListProps) {
  const n = problems.length
  return (
    <section class="card">
      <h2 class="row">{title} <Badge tone={n === 0 ? 'good' : tone}>{n}</Badge></h2>
      {n === 0 ? <p class="quiet">{none}</p> : (
        <>
          <p class="quiet">{text}</p>
          <Problems problems={problems} />
        </>
      )}
    </section>
  )
}
