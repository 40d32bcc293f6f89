import { cellColumn } from '../../registry'
import { problems } from '../../state/status'
import { Button } from '../../ui/button'
import { Icon } from '../../ui/icon'
import { words } from '../../words'
import { columnDoc, columnLabel, typeDoc } from '../../words/columns'
import { CellProblem } from './cellproblem'
import { toText } from './data/cells'
import { markKey, marks } from './data/marks'
import { rowsOf } from './data/rows'
import type { View } from './data/view'
import { startEditing } from './grid/keys'

/** What the cell under the cursor holds, what may stand there, and what is wrong with it. */
export function Detail({ view, onRename, onForm }: { view: View; onRename: (id: string) => void; onForm: () => void }) {
  const w = words.value.tables
  const { row, column: at } = view.active.value
  const shown = view.shown.value[at]
  const id = view.order.value[row] ?? ''
  if (!shown) return null
  const column = cellColumn(view.table, id, shown.name) ?? shown.column
  const held = rowsOf(view.table).value?.get(id)
  const value = held?.row[shown.name]
  const mark = marks.value.get(markKey(view.table, id))
  const fault = mark?.faults[shown.name] ?? (shown.name === 'id' ? mark?.faults[''] : undefined)
  const wrong = problems.value.filter(
    (one) => one.table === view.table && one.row === id && (one.column === shown.name || (shown.name === 'id' && one.column === '')),
  )
  const setting = view.table === 'settings' && shown.name === 'value'
  return (
    <section class="detail" aria-label={`${id} ${shown.name}`}>
      <div class="detail-value">
        <p class="detail-place">
          {row >= 0 && <strong>{id}</strong>}
          {row >= 0 && <Icon name="right" size={12} />}
          <strong>{shown.name}</strong>
          <span class="quiet">{columnLabel(shown.column)}</span>
        </p>
        {row >= 0 && <p class={`detail-text${column.type === 'condition' ? ' mono' : ''}`}>{toText(value) || <span class="quiet">{w.cellEmpty}</span>}</p>}
        {row >= 0 && (
          <p class="row">
            <Button small icon="edit" onClick={() => startEditing(view, { rename: onRename })}>{shown.name === 'id' ? w.rename : w.editCell}</Button>
            <Button small kind="quiet" icon="form" onClick={onForm}>{w.form}</Button>
          </p>
        )}
      </div>
      <div class="detail-help" aria-live="polite" tabIndex={0}>
        {fault && (
          <div class="cell-fault error">
            <Icon name="error" size={16} />
            <p class="grow"><strong>{w.notSaved}:</strong> {fault}</p>
          </div>
        )}
        {wrong.map((one, i) => (
          <CellProblem key={i} problem={one} value={value} />
        ))}
        <p>{columnDoc(setting ? column : shown.column)}</p>
        <p class="quiet small">
          {column.type !== 'text' && typeDoc(column.type)} {column.words && `${column.words.join(', ')}.`}{' '}
          {column.default !== undefined && column.default !== '' && w.defaultIs(String(column.default))} {w.exampleIs}: <code>{column.example}</code>
        </p>
      </div>
    </section>
  )
}
