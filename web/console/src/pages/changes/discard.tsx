import { useState } from 'preact/hooks'
import { changes } from '../../state/status'
import { Button } from '../../ui/button'
import { Dialog } from '../../ui/dialog'
import { changeCounts } from '../../ui/diff/counts'
import { setBack } from '../../ui/diff/undo'
import { formatNumber, words } from '../../words'

/** Sets the whole draft back to what is live, once somebody has said so twice. */
export function Discard() {
  const w = words.value
  const [open, setOpen] = useState(false)
  const [busy, setBusy] = useState(false)
  const rows = changes.value
  const discard = async () => {
    setBusy(true)
    await setBack(rows)
    setBusy(false)
    setOpen(false)
  }
  return (
    <>
      <Button small kind="quiet" icon="undo" onClick={() => setOpen(true)}>{w.changes.discard}</Button>
      {open && (
        <Dialog
          title={w.changes.discardTitle}
          onClose={() => setOpen(false)}
          actions={
            <>
              <Button onClick={() => setOpen(false)}>{w.common.cancel}</Button>
              <Button kind="danger" busy={busy} onClick={discard}>{w.changes.discardConfirm}</Button>
            </>
          }
        >
          <p>{w.changes.discardText(w.common.rows(rows.length, formatNumber(rows.length)), changeCounts(rows))}</p>
        </Dialog>
      )}
    </>
  )
}
