import { useState } from 'preact/hooks'
import { columnOf, tableInfo } from '../../../registry'
import { Button } from '../../../ui/button'
import { Dialog } from '../../../ui/dialog'
import { Field } from '../../../ui/field'
import { words } from '../../../words'
import { columnDoc, columnLabel } from '../../../words/columns'
import { choose, type View } from '../data/view'

/** Shows and hides columns, and adds those of a family, such as a title in another language. */
export function ColumnsDialog({ view, onClose }: { view: View; onClose: () => void }) {
  const w = words.value.tables
  const [name, setName] = useState('')
  const { columns } = tableInfo(view.table)!
  const families = columns.filter((one) => one.family).map((one) => one.name)
  const wrong = name !== '' && !columnOf(columns, name)
  return (
    <Dialog title={w.columnsTitle} onClose={onClose} wide>
      <p class="quiet">{w.columnsHelp}</p>
      <ul role="list" class="column-list">
        {view.columns.value.slice(1).map((one) => (
          <li key={one.name}>
            <label class="row nowrap" title={columnDoc(one.column)}>
              <input type="checkbox" checked={view.shown.value.includes(one)} onChange={(e) => choose(view, one.name, e.currentTarget.checked)} />
              <span class="truncate">
                {one.name} <span class="quiet small">{columnLabel(one.column)}</span>
              </span>
            </label>
          </li>
        ))}
      </ul>
      {families.length > 0 && (
        <form
          onSubmit={(e) => {
            e.preventDefault()
            if (wrong || !name) return
            choose(view, name, true)
            setName('')
          }}
        >
          <Field label={w.addColumn} error={wrong && families.join(', ')}>
            {(ids) => (
              <div class="row">
                <input {...ids} value={name} placeholder={families[0]} onInput={(e) => setName(e.currentTarget.value)} />
                <Button type="submit" icon="plus">{w.addColumn}</Button>
              </div>
            )}
          </Field>
        </form>
      )}
    </Dialog>
  )
}
