import { useState } from 'preact/hooks'
import { MAX_EDITS, readTable, writeRows, type Edit, type RowDiff } from '../../api/config'
import { refusedWith } from '../../api/problem'
import { refreshStatus } from '../../state/status'
import { say } from '../../state/toasts'
import { words } from '../../words'
import { Button } from '../button'
import { Hidden } from '../hidden'
import { sentence } from '../notice'
import { editBack, turned } from './back'

/** Sets a row of the draft back to what is live. */
export function RowUndo({ row }: { row: RowDiff }) {
  const w = words.value.diff
  const [busy, setBusy] = useState(false)
  const undo = async () => {
    setBusy(true)
    await setBack([row])
    setBusy(false)
  }
  return (
    <Button small kind="quiet" icon="undo" busy={busy} title={w.undoHelp} onClick={undo}>
      {w.undo}<Hidden> {row.row}</Hidden>
    </Button>
  )
}

/** Sets rows of the draft back to what is live, says so, and offers to take that back in turn. */
export async function setBack(rows: readonly RowDiff[]): Promise<void> {
  const w = words.value
  const done = rows.length === 1 ? w.diff.undone(rows[0]!.row) : w.diff.undoneAll(rows.length)
  await write(rows, () => say(done, 'good', { label: w.common.undo, run: () => void write(rows.map(turned), () => say(w.diff.redone)) }))
}

async function write(rows: readonly RowDiff[], after: () => void): Promise<void> {
  try {
    const tables = [...new Set(rows.map((one) => one.table))]
    const have = (await Promise.all(tables.map(readTable))).flat()
    const edits = rows
      .map((diff) => editBack(diff, have.find((one) => one.table === diff.table && one.row.id === diff.row)))
      .filter((edit): edit is Edit => edit !== undefined)
    for (let i = 0; i < edits.length; i += MAX_EDITS) {
      await writeRows(edits.slice(i, i + MAX_EDITS), i + MAX_EDITS < edits.length)
    }
    after()
  } catch (e) {
    say(refusedWith(e, 'row_changed') ? words.value.diff.undoStale : sentence(e), 'bad')
  }
  await refreshStatus()
}
