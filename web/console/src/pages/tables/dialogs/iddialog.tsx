import { useState } from 'preact/hooks'
import { columnOf, registry, tableInfo } from '../../../registry'
import { Button } from '../../../ui/button'
import { Dialog } from '../../../ui/dialog'
import { Field } from '../../../ui/field'
import { words } from '../../../words'
import { columnDoc } from '../../../words/columns'
import { setRows } from '../data/edits'
import { rowsOf } from '../data/rows'
import { Combobox } from '../inputs/combobox'

interface IdDialogProps {
  table: string
  /** The row that is duplicated; '' for one that begins empty. */
  model: string
  onClose: () => void
  onDone: (id: string) => void
}

/** Asks for the id of a row that is made or duplicated. */
export function IdDialog({ table, model, onClose, onDone }: IdDialogProps) {
  const w = words.value.tables
  const rows = rowsOf(table).value
  const [id, setId] = useState(model && `${model}-2`)
  const [tried, setTried] = useState(false)
  const column = tableInfo(table)!.columns[0]!
  const settings = table === 'settings' ? registry.settings : []
  const proper = /^[A-Za-z0-9][\w.:-]{0,63}$/.test(id) || columnOf(settings, id)
  const fault = !proper ? w.idBad : rows?.has(id) && w.idTaken

  return (
    <Dialog
      title={model ? w.duplicateTitle(model) : w.add}
      onClose={onClose}
      actions={
        <>
          <Button onClick={onClose}>{words.value.common.cancel}</Button>
          <Button kind="primary" type="submit" form="id-form">{model ? w.duplicate : w.add}</Button>
        </>
      }
    >
      <form
        id="id-form"
        noValidate
        onSubmit={(e) => {
          e.preventDefault()
          setTried(true)
          if (fault) return
          setRows(table, [{ ...rows?.get(model), id }])
          onDone(id)
        }}
      >
        <Field label={w.newId} help={columnDoc(column)} error={tried && fault}>
          {(ids) => (
            <Combobox
              {...ids}
              autoFocus
              eager
              text={id}
              options={settings.map((one) => ({ value: one.name.replace(/<.*/, ''), hint: columnDoc(one) }))}
              placeholder={column.example}
              onText={setId}
            />
          )}
        </Field>
      </form>
    </Dialog>
  )
}
