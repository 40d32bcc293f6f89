import { cellColumn } from '../../registry'
import { Button } from '../../ui/button'
import { words } from '../../words'
import { columnDoc, columnLabel, typeDoc } from '../../words/columns'
import { CellProblems } from './cellproblem'
import { toText } from './data/cells'
import { rowsOf } from './data/rows'
import type { View } from './data/view'
import { startEditing } from './grid/keys'

/** What the cell under the cursor holds, what may stand there, and what is wrong with it. */
export function Detail({ view }: { view: View }) {
  const w = words.value.tables
  const { row, column: at } = view.active.value
  const shown = view.shown.value[at]
  const id = view.order.value[row] ?? ''
  if (!shown) return null
  const { name } = shown
  const column = cellColumn(view.table, id, name) ?? shown.column
  const value = rowsOf(view.table).value?.get(id)?.[name]
  return (
    <section class="detail" aria-label={`${id} ${name}`}>
      <div class="detail-value">
        <p>
          <strong>{id && `${id} › `}{name}</strong> <span class="quiet">{columnLabel(shown.column)}</span>
        </p>
        <p class={`detail-text${column.type === 'condition' ? ' mono' : ''}`}>{toText(value)}</p>
        {id && name !== 'id' && (
          <p>
            <Button small icon="edit" onClick={() => startEditing(view)}>{w.editCell}</Button>
          </p>
        )}
      </div>
      <div class="detail-help" aria-live="polite" tabIndex={0}>
        <CellProblems table={view.table} id={id} name={name} value={value} />
        <p>{columnDoc(column)}</p>
        <p class="quiet small">
          {column.type !== 'text' && typeDoc(column.type)} {column.words && `${column.words.join(', ')}.`}{' '}
          {column.default !== undefined && column.default !== '' && w.defaultIs(String(column.default))} {w.exampleIs}: <code>{column.example}</code>
        </p>
      </div>
    </section>
  )
}
