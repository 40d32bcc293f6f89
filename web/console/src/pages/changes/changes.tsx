import { useEffect, useState } from 'preact/hooks'
import { publishesItself } from '../../state/settings'
import { changes, errorCount, problems, refreshStatus, snapshots, statusError } from '../../state/status'
import { DiffView } from '../../ui/diff/diff'
import { Empty } from '../../ui/empty'
import { ErrorNotice } from '../../ui/notice'
import { Loading } from '../../ui/progress'
import { words } from '../../words'
import { pageHref } from '../names'
import { Check } from './check'
import { Discard } from './discard'
import { Published } from './published'
import { Publish } from './publish'
import { PublishDialog } from './publishdialog'
import { Step } from './steps'
import { Trial } from './trial'
import './changes.css'

// So often the status is read while the draft goes live by itself.
const soon = 2_000

/** What waits in the draft, and its way to live: check, differences, dry run, publish. */
export function Changes() {
  const [publishing, setPublishing] = useState(false)
  useEffect(() => {
    void refreshStatus()
  }, [])
  const goesLive = publishesItself.value && changes.value.length > 0 && errorCount.value === 0
  useEffect(() => {
    if (!goesLive) return
    const timer = setInterval(() => void refreshStatus(), soon)
    return () => clearInterval(timer)
  }, [goesLive])
  if (snapshots.value === null) {
    return statusError.value ? <ErrorNotice error={statusError.value} onRetry={() => void refreshStatus()} /> : <Loading />
  }
  return (
    <div class="stack">
      <Published />
      <Cycle onPublish={() => setPublishing(true)} />
      {publishing && <PublishDialog onClose={() => setPublishing(false)} />}
    </div>
  )
}

function Cycle({ onPublish }: { onPublish: () => void }) {
  const w = words.value
  const same = changes.value.length === 0
  if (same && problems.value.length === 0) {
    return (
      <Empty icon="check" title={w.changes.same}>
        <p>{publishesItself.value ? w.changes.sameTextAuto : w.changes.sameText}</p>
        <a class="button primary" href={pageHref('tables')}>{w.common.editTables}</a>
        <a href={pageHref('history')}>{w.changes.doneHistory}</a>
      </Empty>
    )
  }
  return (
    <>
      <Step name="check" number={1}><Check /></Step>
      {same ? (
        <Empty icon="check" title={w.changes.same}>
          <p>{publishesItself.value ? w.changes.sameTextAuto : w.changes.sameText}</p>
        </Empty>
      ) : (
        <>
          <Step name="diff" number={2}>
            <p class="quiet">{w.changes.diffText}</p>
            <DiffView rows={changes.value} from={w.common.live} to={w.common.draft} undo />
            <div class="row apart">
              <a href={pageHref('history', ['compare'])}>{w.changes.compare}</a>
              <Discard />
            </div>
          </Step>
          <Step name="dryRun" number={3}><Trial /></Step>
          <Step name="publish" number={4}><Publish onPublish={onPublish} /></Step>
        </>
      )}
    </>
  )
}
