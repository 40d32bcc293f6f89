import { useState } from 'preact/hooks'
import { belongs, tableInfo, type Column } from '../../../registry'
import { Button } from '../../../ui/button'
import { Dialog } from '../../../ui/dialog'
import { Field } from '../../../ui/field'
import { words } from '../../../words'
import { columnDoc, columnLabel } from '../../../words/columns'
import { contentLocales } from '../data/suggest'
import { choose, type View } from '../data/view'
import { Combobox } from '../inputs/combobox'

/** Shows and hides columns, and adds those of a family, such as a title in another language. */
export function ColumnsDialog({ view, onClose }: { view: View; onClose: () => void }) {
  const w = words.value.tables
  const shown = new Set(view.shown.value.map((one) => one.name))
  return (
    <Dialog title={w.columnsTitle} onClose={onClose} wide>
      <p class="quiet">{w.columnsHelp}</p>
      <ul role="list" class="column-list">
        {view.columns.value
          .filter(({ name }) => name !== 'id')
          .map(({ name, column }) => (
            <li key={name}>
              <label title={columnDoc(column)}>
                <input type="checkbox" checked={shown.has(name)} onChange={(e) => choose(view, name, e.currentTarget.checked)} />
                <span class="grow truncate">
                  {name} <span class="quiet small">{columnLabel(column)}</span>
                </span>
              </label>
            </li>
          ))}
      </ul>
      {tableInfo(view.table)!
        .columns.filter((one) => one.family)
        .map((family) => (
          <AddMember key={family.name} family={family} onAdd={(name) => choose(view, name, true)} />
        ))}
    </Dialog>
  )
}

/** Asks for the parts of a family's name: its field, where it has one, and its language. */
export function AddMember({ family, onAdd }: { family: Column; onAdd: (name: string) => void }) {
  const w = words.value.tables
  const [field, setField] = useState('')
  const [locale, setLocale] = useState('')
  const [tried, setTried] = useState(false)
  const hasField = family.name.includes('<field>')
  const optional = family.name.includes('[')
  const stem = family.name.split('.')[0]!
  const name = [stem, ...(hasField ? [field] : []), ...(locale || !optional ? [locale] : [])].join('.')
  const good = belongs(name, family.name)
  const fields = ['title', 'text', 'image', 'link', 'subject', 'button'].map((value) => ({ value }))

  return (
    <form
      class="add-member"
      aria-label={w.addFamily(family.name)}
      onSubmit={(e) => {
        e.preventDefault()
        setTried(true)
        if (!good) return
        onAdd(name)
        setTried(false)
        setField('')
        setLocale('')
      }}
    >
      <h3>{w.addFamily(family.name)}</h3>
      <div class="row">
        {hasField && (
          <Field label={w.familyField}>
            {(ids) => <Combobox {...ids} eager text={field} options={fields} placeholder="title" onText={setField} onPick={(one) => setField(one.value)} />}
          </Field>
        )}
        <Field label={words.value.common.language}>
          {(ids) => (
            <Combobox {...ids} eager text={locale} options={contentLocales().map((value) => ({ value }))} placeholder={optional ? w.familyLocaleAny : 'de'} onText={setLocale} onPick={(one) => setLocale(one.value)} />
          )}
        </Field>
        <Button type="submit" icon="plus">{w.familyAdd}</Button>
      </div>
      {tried && !good && <p class="field-error" role="alert">{w.familyBad}</p>}
    </form>
  )
}
