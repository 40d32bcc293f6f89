import { useEffect, useRef } from 'preact/hooks'
import { cellColumn, tableInfo } from '../../../registry'
import { problems } from '../../../state/status'
import { Button } from '../../../ui/button'
import { words } from '../../../words'
import { CellProblem } from '../cellproblem'
import { markKey, marks } from '../data/marks'
import { rowsOf } from '../data/rows'
import { choose, moveTo, type View } from '../data/view'
import { AddMember } from '../dialogs/columns'
import { FormField } from './field'
import { grouped } from './groups'

interface RowFormProps {
  view: View
  onClose: () => void
  onRename: (id: string) => void
}

/** The row under the cursor as a form, for those who do not like grids. Every field is stored when it is left. */
export function RowForm({ view, onClose, onRename }: RowFormProps) {
  const w = words.value
  const heading = useRef<HTMLHeadingElement>(null)
  useEffect(() => heading.current?.focus(), [])
  const { row: at, column } = view.active.value
  const id = view.order.value[Math.max(0, at)] ?? ''
  const held = rowsOf(view.table).value?.get(id)
  if (!held) return null
  const mark = marks.value.get(markKey(view.table, id))
  const wrong = problems.value.filter((one) => one.table === view.table && one.row === id)
  const whole = wrong.filter((one) => one.column === '' || one.column === 'id')
  const families = tableInfo(view.table)!.columns.filter((one) => one.family)
  const title = w.tables.formTitle(id)

  return (
    <aside class="panel form" aria-label={title} onKeyDown={(e) => e.key === 'Escape' && !e.defaultPrevented && onClose()}>
      <header class="row apart">
        <h2 class="truncate" tabIndex={-1} ref={heading}>{title}</h2>
        <div class="row nowrap">
          <Button kind="quiet" icon="up" disabled={at <= 0} aria-label={w.tables.formPrevious} onClick={() => moveTo(view, { row: at - 1, column })} />
          <Button kind="quiet" icon="down" disabled={at >= view.order.value.length - 1} aria-label={w.tables.formNext} onClick={() => moveTo(view, { row: at + 1, column })} />
          <Button kind="quiet" icon="close" aria-label={w.common.close} onClick={onClose} />
        </div>
      </header>
      <div class="panel-body">
        {mark?.faults[''] && <p class="field-error" role="alert">{mark.faults['']}</p>}
        {whole.map((one, i) => (
          <CellProblem key={i} problem={one} value={undefined} />
        ))}
        <p>
          <Button small icon="edit" onClick={() => onRename(id)}>{w.tables.rename}</Button>
        </p>
        {grouped(view.table, view.columns.value.filter((one) => one.name !== 'id')).map(({ group, columns }) => (
          <fieldset key={group}>
            <legend>{w.tables.groups[group]}</legend>
            {columns.map(({ name, column: info }) => (
              <FormField
                key={`${id}/${name}`}
                table={view.table}
                id={id}
                name={name}
                family={info}
                column={cellColumn(view.table, id, name) ?? info}
                value={held.row[name]}
                fault={mark?.faults[name]}
                problems={wrong.filter((one) => one.column === name)}
              />
            ))}
            {families
              .filter((one) => one.name.startsWith('content.') === (group === 'content'))
              .map((family) => (
                <AddMember key={family.name} family={family} onAdd={(name) => choose(view, name, true)} />
              ))}
          </fieldset>
        ))}
      </div>
    </aside>
  )
}
