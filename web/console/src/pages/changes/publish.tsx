import { useState } from 'preact/hooks'
import { approveDraft } from '../../api/cycle'
import { refusedWith } from '../../api/problem'
import { needsApproval, publishesItself } from '../../state/settings'
import { errorCount, refreshStatus, snapshots } from '../../state/status'
import { say } from '../../state/toasts'
import { Button } from '../../ui/button'
import { ErrorNotice, Notice } from '../../ui/notice'
import { Problems } from '../../ui/problems'
import { formatDateTime, words } from '../../words'
import { WhatHappens } from './whathappens'

/** What a publish would do, who has to agree to it, and the button. */
export function Publish({ onPublish }: { onPublish: () => void }) {
  const w = words.value.changes
  const held = snapshots.value?.held
  const waits = needsApproval.value && !snapshots.value?.approved
  return (
    <>
      {publishesItself.value && <Notice title={w.auto}><p>{w.autoText}</p></Notice>}
      {held && (
        <Notice tone="bad" title={w.held}>
          <p>{w.heldText(formatDateTime(held.since))}</p>
          <Problems problems={held.problems} most={10} />
        </Notice>
      )}
      <WhatHappens />
      {errorCount.value === 0 ? <Approval /> : !held && <Notice tone="bad">{words.value.common.mendFirst}</Notice>}
      <div class="row">
        <Button kind="primary" icon="publish" disabled={errorCount.value > 0 || waits} onClick={onPublish}>{w.publishButton}</Button>
      </div>
    </>
  )
}

/** Whether somebody has to agree, who did, and the button for those who may. */
function Approval() {
  const w = words.value.changes
  const [busy, setBusy] = useState(false)
  const [error, setError] = useState<unknown>(null)
  const { draft = '', approved } = snapshots.value ?? {}
  if (approved) return <Notice tone="good" live>{w.approvalGiven(approved.by, formatDateTime(approved.at))}</Notice>
  if (!needsApproval.value) return null
  const approve = async () => {
    setBusy(true)
    setError(null)
    try {
      await approveDraft(draft)
      say(w.approved)
    } catch (e) {
      setError(e)
    }
    await refreshStatus()
    setBusy(false)
  }
  return (
    <Notice tone="warn">
      <p>{w.approvalNeeded} {w.approvalBound}</p>
      {error === null && <Button icon="check" busy={busy} onClick={approve}>{w.approve}</Button>}
      {refusedWith(error, 'own_change') ? <p role="alert"><strong>{w.approveOwn}</strong></p>
        : refusedWith(error, 'draft_changed') ? <p role="alert"><strong>{w.approveStale}</strong></p>
        : error !== null && <ErrorNotice error={error} onRetry={() => void approve()} />}
    </Notice>
  )
}
