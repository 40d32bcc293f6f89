import { useState } from 'preact/hooks'
import { publishDraft } from '../../api/cycle'
import { refusedWith } from '../../api/problem'
import { draftRun } from '../../state/draftrun'
import { livePublish, refreshStatus, snapshots, warningCount } from '../../state/status'
import { Button } from '../../ui/button'
import { Dialog } from '../../ui/dialog'
import { Field } from '../../ui/field'
import { ErrorNotice, Notice } from '../../ui/notice'
import { Problems } from '../../ui/problems'
import { formatRelative, words } from '../../words'
import { authorName, noteText } from '../../words/authors'
import { published } from './published'
import { trialOutdated } from './trial'
import { WhatHappens } from './whathappens'

/** Why nothing went live though the button was pressed. */
type Refusal = { kind: 'race' } | { kind: 'moved' } | { kind: 'error'; error: unknown }

/** Says what will go live, asks for a note, and publishes what was looked at, or nothing. */
export function PublishDialog({ onClose }: { onClose: () => void }) {
  const w = words.value
  const [seen] = useState(() => ({ live: snapshots.value?.live ?? '', draft: snapshots.value?.draft ?? '' }))
  const [note, setNote] = useState('')
  const [busy, setBusy] = useState(false)
  const [refusal, setRefusal] = useState<Refusal>()

  const publish = async () => {
    setBusy(true)
    setRefusal(undefined)
    try {
      const live = await publishDraft(seen.draft, note.trim(), seen.live)
      published.value = { live, before: seen.live }
      await refreshStatus()
      onClose()
      return
    } catch (error) {
      await refreshStatus()
      const moved = refusedWith(error, 'draft_changed')
      const raced = refusedWith(error, 'snapshot_changed') || (moved && snapshots.value?.live !== seen.live)
      setRefusal(raced ? { kind: 'race' } : moved ? { kind: 'moved' } : { kind: 'error', error })
    }
    setBusy(false)
  }

  const over = refusal?.kind === 'race' || refusal?.kind === 'moved'
  return (
    <Dialog
      title={w.changes.dialogTitle}
      onClose={onClose}
      actions={
        <>
          <Button onClick={onClose}>{w.common.cancel}</Button>
          {over ? (
            <Button kind="primary" onClick={onClose}>{w.changes.raceLook}</Button>
          ) : (
            <Button kind="primary" icon="publish" busy={busy} onClick={publish}>{w.changes.dialogConfirm}</Button>
          )}
        </>
      }
    >
      {refusal ? <Refused refusal={refusal} /> : <WhatHappens />}
      {!over && (
        <>
          <Trust />
          <Field label={w.common.note} help={w.changes.noteHelp}>
            {(ids) => <textarea {...ids} maxLength={1000} rows={3} autoFocus value={note} onInput={(e) => setNote(e.currentTarget.value)} />}
          </Field>
        </>
      )}
    </Dialog>
  )
}

/** What speaks for waiting a moment. */
function Trust() {
  const w = words.value
  return (
    <>
      {warningCount.value > 0 && <Notice tone="warn">{w.changes.warningsGo(w.common.warnings(warningCount.value))}</Notice>}
      {!draftRun.state.value.sum ? <Notice>{w.changes.notTried}</Notice> : trialOutdated.value && <Notice>{w.changes.triedOutdated}</Notice>}
    </>
  )
}

function Refused({ refusal }: { refusal: Refusal }) {
  const w = words.value.changes
  const live = livePublish.value
  if (refusal.kind === 'moved') return <Notice tone="warn" live title={w.movedTitle}><p>{w.moved}</p></Notice>
  if (refusal.kind === 'race') {
    return <Notice tone="warn" live title={w.raceTitle}><p>{live && w.race(authorName(live.author), formatRelative(live.at), noteText(live.note))}</p></Notice>
  }
  const { error } = refusal
  if (refusedWith(error, 'not_approved')) return <Notice tone="warn" live>{w.refusedApproval}</Notice>
  if (refusedWith(error, 'config_problems')) return <Notice tone="bad" live title={words.value.common.mendFirst}><Problems problems={error.problems} most={10} /></Notice>
  return <ErrorNotice error={error} />
}
