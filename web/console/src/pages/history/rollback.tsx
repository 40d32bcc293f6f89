import { useState } from 'preact/hooks'
import { readDiff, type RowDiff } from '../../api/config'
import { rollBack } from '../../api/cycle'
import { go } from '../../state/route'
import { publishesItself } from '../../state/settings'
import { refreshStatus, snapshots } from '../../state/status'
import { say } from '../../state/toasts'
import { Button } from '../../ui/button'
import { Dialog } from '../../ui/dialog'
import { changeCounts } from '../../ui/diff/counts'
import { DiffView } from '../../ui/diff/diff'
import { DryRunBetween } from '../../ui/dryrun/between'
import { useLoad } from '../../ui/load'
import { ErrorNotice, Notice } from '../../ui/notice'
import { Loading } from '../../ui/progress'
import { formatDateTime, formatNumber, words } from '../../words'
import { authorName, noteText } from '../../words/authors'
import { pageHref } from '../names'

/** Says what a snapshot that was live before would change, and makes it live again. */
export function RollBackDialog({ snapshot, onClose }: { snapshot: string; onClose: () => void }) {
  const w = words.value
  const [busy, setBusy] = useState(false)
  const [error, setError] = useState<unknown>(null)
  const before = snapshots.value?.live
  const diff = useLoad(() => readDiff(before, snapshot), [before, snapshot])
  const release = snapshots.value?.snapshots.find((one) => one.id === snapshot)

  const confirm = async () => {
    setBusy(true)
    setError(null)
    try {
      await rollBack(snapshot)
      await refreshStatus()
      say(w.history.rolledBack, 'good', { label: w.history.rolledBackWay, run: () => go(pageHref('history')) })
      onClose()
    } catch (e) {
      setError(e)
      setBusy(false)
    }
  }
  return (
    <Dialog
      wide
      title={w.history.rollBackTitle}
      onClose={onClose}
      actions={
        <>
          <Button onClick={onClose}>{w.common.cancel}</Button>
          <Button kind="primary" icon="undo" busy={busy} onClick={confirm}>{w.history.rollBackConfirm}</Button>
        </>
      }
    >
      <p>
        <strong>{release ? w.history.rollBackWhat(formatDateTime(release.at), authorName(release.author)) : w.history.rollBackStart}</strong>{' '}
        {release?.note && w.overview.liveNote(noteText(release.note))}
      </p>
      <p>{w.history.rollBackReach} {w.history.rollBackDraft}</p>
      {publishesItself.value && <Notice tone="warn">{w.history.rollBackAuto}</Notice>}
      {error !== null && <ErrorNotice error={error} />}
      <h3>{w.history.rollBackChanges}</h3>
      {diff.error !== null ? <ErrorNotice error={diff.error} onRetry={diff.reload} /> : diff.data ? <Difference rows={diff.data.rows} /> : <Loading />}
      <details class="disclosure">
        <summary>{w.history.rollBackTry}</summary>
        <div class="stack"><DryRunBetween from="live" to={snapshot} /></div>
      </details>
    </Dialog>
  )
}

function Difference({ rows }: { rows: readonly RowDiff[] }) {
  const w = words.value
  if (rows.length === 0) return <p>{w.history.rollBackNothing}</p>
  return (
    <>
      <p>{w.history.differ(w.common.rows(rows.length, formatNumber(rows.length)), changeCounts(rows))}</p>
      <DiffView rows={rows} from={w.common.live} to={w.diff.after} />
    </>
  )
}
