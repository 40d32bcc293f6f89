import { pageHref } from '../pages/names'
import { changes, errorCount, livePublish, problems, snapshots, statusError, warningCount } from '../state/status'
import { Icon } from '../ui/icon'
import { icons } from '../ui/notice'
import { problemHref } from '../ui/problems'
import { Time } from '../ui/time'
import { words } from '../words'

/** The title of the page, and in one line what is live, what waits and what is wrong. */
export function StatusBar({ title }: { title: string }) {
  const w = words.value.shell
  return (
    <header class="statusbar">
      <h1 tabIndex={-1}>{title}</h1>
      <ul role="list" class="status" aria-label={w.status}>
        {statusError.value !== null && (
          <li class="badge bad"><Icon name="warning" size={16} />{w.statusFailed}</li>
        )}
        {snapshots.value && (
          <>
            <LiveStatus />
            <DraftStatus />
            <ProblemStatus />
          </>
        )}
      </ul>
    </header>
  )
}

function LiveStatus() {
  const w = words.value.shell
  const publish = livePublish.value
  return (
    <li>
      <a class="badge" href={pageHref('history')} title={snapshots.value?.live}>
        {publish ? <>{words.value.common.live} · <Time at={publish.at} /></> : w.liveNever}
      </a>
    </li>
  )
}

function DraftStatus() {
  const w = words.value.shell
  const n = changes.value.length
  return (
    <li>
      <a class={`badge ${n > 0 ? 'info' : ''}`} href={pageHref('changes')}>
        <Icon name="edit" size={16} />
        {n > 0 ? w.draftChanges(n) : w.draftSame}
      </a>
    </li>
  )
}

function ProblemStatus() {
  const w = words.value
  const errors = errorCount.value
  const warnings = warningCount.value
  const tone = errors > 0 ? 'bad' : warnings > 0 ? 'warn' : 'good'
  const first = problems.value[0]
  const to = first?.table ? problemHref(first) : pageHref('changes')
  return (
    <>
      <li>
        <a class={`badge ${tone}`} href={to}>
          <Icon name={icons[tone]} size={16} />
          {errors > 0 ? w.common.errors(errors) : warnings > 0 ? w.common.warnings(warnings) : w.shell.noProblems}
        </a>
      </li>
      {snapshots.value?.held && <li><a class="badge warn" href={to}>{w.shell.held}</a></li>}
    </>
  )
}
