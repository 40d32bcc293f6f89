import { useEffect, useRef } from 'preact/hooks'
import { cellColumn } from '../../../registry'
import { problems } from '../../../state/status'
import { Button } from '../../../ui/button'
import { words } from '../../../words'
import { CellProblems, wrongWith } from '../cellproblem'
import { markKey, marks } from '../data/marks'
import { rowsOf } from '../data/rows'
import { moveTo, type View } from '../data/view'
import { FormField } from './field'

/** The row under the cursor as a form, for those who do not like grids. Every field is stored when it is left. */
export function RowForm({ view, onClose }: { view: View; onClose: () => void }) {
  const w = words.value
  const heading = useRef<HTMLHeadingElement>(null)
  useEffect(() => heading.current?.focus(), [])
  const { table } = view
  const at = Math.max(0, view.active.value.row)
  const id = view.order.value[at] ?? ''
  const row = rowsOf(table).value?.get(id)
  if (!row) return null
  const wrong = problems.value.filter((one) => one.table === table && one.row === id)
  const title = w.tables.formTitle(id)
  const turnTo = (to: number) => moveTo(view, { row: to, column: view.active.value.column })

  return (
    <aside class="panel" aria-label={title} onKeyDown={(e) => e.key === 'Escape' && !e.defaultPrevented && onClose()}>
      <header class="row apart">
        <h2 class="truncate" tabIndex={-1} ref={heading}>{title}</h2>
        <div class="row nowrap">
          <Button kind="quiet" icon="up" disabled={at === 0} aria-label={w.tables.formPrevious} onClick={() => turnTo(at - 1)} />
          <Button kind="quiet" icon="down" disabled={at === view.order.value.length - 1} aria-label={w.tables.formNext} onClick={() => turnTo(at + 1)} />
          <Button kind="quiet" icon="close" aria-label={w.common.close} onClick={onClose} />
        </div>
      </header>
      <div class="panel-body">
        <CellProblems table={table} id={id} name="id" value={undefined} />
        {view.columns.value.slice(1).map(({ name, column }) => (
          <FormField
            key={`${id}/${name}`}
            table={table}
            id={id}
            name={name}
            column={cellColumn(table, id, name) ?? column}
            value={row[name]}
            wrong={wrongWith(name, wrong, marks.value.get(markKey(table, id))).length > 0}
          />
        ))}
      </div>
    </aside>
  )
}
