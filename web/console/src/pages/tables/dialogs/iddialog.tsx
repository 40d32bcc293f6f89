import { useState } from 'preact/hooks'
import { columnOf, registry, tableInfo } from '../../../registry'
import { Button } from '../../../ui/button'
import { Dialog } from '../../../ui/dialog'
import { Field } from '../../../ui/field'
import { words } from '../../../words'
import { columnDoc, tableLabel } from '../../../words/columns'
import { mentions, perform, renameRow } from '../data/edits'
import { rowsOf } from '../data/rows'
import { Combobox } from '../inputs/combobox'

export type IdPurpose = { kind: 'add' } | { kind: 'duplicate' | 'rename'; id: string }

interface IdDialogProps {
  table: string
  purpose: IdPurpose
  onClose: () => void
  onDone: (id: string) => void
}

const proper = /^[A-Za-z0-9][A-Za-z0-9_.:-]{0,63}$/

/** Asks for the id of a row that is made, copied or renamed. */
export function IdDialog({ table, purpose, onClose, onDone }: IdDialogProps) {
  const w = words.value.tables
  const rows = rowsOf(table).value
  const [id, setId] = useState(purpose.kind === 'add' ? '' : purpose.kind === 'rename' ? purpose.id : freeCopy(purpose.id, (one) => rows?.has(one) ?? false))
  const [tried, setTried] = useState(false)
  const column = tableInfo(table)!.columns[0]!
  const fault = id === '' ? w.idNeeded : !(proper.test(id) || (table === 'settings' && columnOf(registry.settings, id))) ? w.idBad : rows?.has(id) && !(purpose.kind === 'rename' && purpose.id === id) ? w.idTaken : undefined
  const title = purpose.kind === 'add' ? w.addTitle(tableLabel(table)) : purpose.kind === 'rename' ? w.renameTitle(purpose.id) : w.duplicateTitle(purpose.id)
  const action = purpose.kind === 'add' ? w.add : purpose.kind === 'rename' ? w.rename : w.duplicate

  const submit = (e: Event) => {
    e.preventDefault()
    setTried(true)
    if (fault) return
    if (purpose.kind === 'rename') {
      if (purpose.id !== id) renameRow(table, purpose.id, id)
    } else {
      const model = purpose.kind === 'duplicate' ? rows?.get(purpose.id)?.row : undefined
      perform([{ table, id, after: { ...model, id } }])
    }
    onDone(id)
  }

  return (
    <Dialog
      title={title}
      onClose={onClose}
      actions={
        <>
          <Button onClick={onClose}>{words.value.common.cancel}</Button>
          <Button kind="primary" type="submit" form="id-form">{action}</Button>
        </>
      }
    >
      <form id="id-form" onSubmit={submit} noValidate>
        <Field label={w.newId} help={help(table, purpose, columnDoc(column))} error={tried ? fault : undefined}>
          {(ids) => (
            <Combobox {...ids} autoFocus eager text={id} options={table === 'settings' ? settingIds() : []} placeholder={column.example} onText={setId} onPick={(one) => setId(one.value)} />
          )}
        </Field>
      </form>
    </Dialog>
  )
}

function help(table: string, purpose: IdPurpose, doc: string): string {
  const w = words.value.tables
  if (purpose.kind !== 'rename') return `${doc} ${w.newIdHelp}`
  return w.renameHelp(mentions(table, purpose.id).length)
}

function settingIds() {
  return registry.settings.map((one) => ({ value: one.family ? one.name.replace(/<.*/, '') : one.name, hint: columnDoc(one) }))
}

/** The first of id-2, id-3, … that is free. */
function freeCopy(id: string, taken: (id: string) => boolean): string {
  const stem = id.replace(/-\d+$/, '')
  for (let n = 2; ; n++) if (!taken(`${stem}-${n}`)) return `${stem}-${n}`
}
