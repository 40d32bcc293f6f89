import { useState } from 'preact/hooks'
import { deleteRow, readRow, writeRow, type Row, type RowDiff } from '../../api/config'
import { refusedWith } from '../../api/problem'
import { refreshStatus } from '../../state/status'
import { say } from '../../state/toasts'
import { words } from '../../words'
import { Button } from '../button'
import { sentence } from '../notice'

/** Sets a row of the draft back to what is live. */
export function RowUndo({ row }: { row: RowDiff }) {
  const w = words.value.diff
  const [busy, setBusy] = useState(false)
  const undo = async () => {
    setBusy(true)
    try {
      await setBack(row)
      say(w.undone(row.row))
    } catch (e) {
      say(refusedWith(e, 'row_changed') ? w.undoStale : sentence(e), 'bad')
    }
    await refreshStatus()
    setBusy(false)
  }
  return <Button small kind="quiet" icon="undo" busy={busy} title={w.undoHelp} onClick={undo}>{w.undo}</Button>
}

async function setBack(diff: RowDiff): Promise<void> {
  if (diff.change === 'removed') {
    await writeRow(diff.table, setCells({ id: diff.row }, diff), null)
    return
  }
  const { body, version } = await readRow(diff.table, diff.row)
  if (diff.change === 'added') await deleteRow(diff.table, diff.row, version)
  else await writeRow(diff.table, setCells(body, diff), version)
}

function setCells(row: Row, diff: RowDiff): Row {
  const out = { ...row }
  for (const { column, from } of diff.cells) {
    if (from === undefined) delete out[column]
    else out[column] = from
  }
  return out
}
