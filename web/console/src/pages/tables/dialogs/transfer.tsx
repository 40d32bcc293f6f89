import { useState } from 'preact/hooks'
import { say } from '../../../state/toasts'
import { Button } from '../../../ui/button'
import { Dialog } from '../../../ui/dialog'
import { Field } from '../../../ui/field'
import { Notice } from '../../../ui/notice'
import { words } from '../../../words'
import { tableLabel } from '../../../words/columns'
import { planOf, readRows, writeTable, type Plan } from '../data/csv'
import { perform, undo } from '../data/edits'
import { rowsOf } from '../data/rows'

/** Hands the table to the browser as a CSV file. */
export function exportTable(table: string): void {
  const rows = [...(rowsOf(table).value?.values() ?? [])].map((one) => one.row)
  const address = URL.createObjectURL(new Blob([writeTable(table, rows)], { type: 'text/csv' }))
  const link = document.createElement('a')
  link.href = address
  link.download = `${table}.csv`
  link.click()
  URL.revokeObjectURL(address)
}

/** Reads a CSV file, says what it would change, and changes that in the draft. */
export function ImportDialog({ table, onClose }: { table: string; onClose: () => void }) {
  const w = words.value.tables
  const [plan, setPlan] = useState<Plan | 'unreadable' | null>(null)
  const [unknown, setUnknown] = useState<string[]>([])
  const [deleting, setDeleting] = useState(false)

  const read = async (file: File | undefined) => {
    const found = file && readRows(table, await file.text())
    const before = new Map([...(rowsOf(table).value ?? [])].map(([id, one]) => [id, one.row]))
    setUnknown(found?.unknown ?? [])
    setPlan(found ? planOf(table, before, found.rows) : 'unreadable')
  }
  const changes = plan && plan !== 'unreadable' ? [...plan.added, ...plan.changed, ...(deleting ? plan.missing : [])] : []

  return (
    <Dialog
      title={w.importTitle(tableLabel(table))}
      onClose={onClose}
      actions={
        <>
          <Button onClick={onClose}>{words.value.common.cancel}</Button>
          <Button
            kind="primary"
            disabled={changes.length === 0}
            onClick={() => {
              say(w.imported(perform(changes)), 'good', { label: words.value.common.undo, run: () => void undo() })
              onClose()
            }}
          >
            {w.importDo}
          </Button>
        </>
      }
    >
      <Field label={w.importCsv} help={w.importText}>
        {(ids) => <input {...ids} type="file" accept=".csv,.tsv,text/csv,text/plain" onChange={(e) => void read(e.currentTarget.files?.[0])} />}
      </Field>
      {plan === 'unreadable' && <Notice tone="bad" live><p>{w.importNoId}</p></Notice>}
      {unknown.length > 0 && <Notice tone="warn" live><p>{w.importUnknown(unknown.join(', '))}</p></Notice>}
      {plan && plan !== 'unreadable' && (
        <>
          <Notice tone="info" live>
            {plan.added.length + plan.changed.length === 0 && <p>{w.importNothing}</p>}
            {plan.added.length > 0 && <p>{w.importNew(plan.added.length)}</p>}
            {plan.changed.length > 0 && <p>{w.importChanged(plan.changed.length)}</p>}
            {plan.same > 0 && <p class="quiet">{w.importSame(plan.same)}</p>}
            {plan.missing.length > 0 && <p class="quiet">{w.importMissing(plan.missing.length)}</p>}
          </Notice>
          {plan.missing.length > 0 && (
            <label class="row">
              <input type="checkbox" checked={deleting} onChange={(e) => setDeleting(e.currentTarget.checked)} />
              {w.importDelete}
            </label>
          )}
        </>
      )}
    </Dialog>
  )
}
