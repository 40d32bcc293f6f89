import { useState } from 'preact/hooks'
import { say } from '../../state/toasts'
import { Button, type ButtonProps } from '../../ui/button'
import { Dialog } from '../../ui/dialog'
import { Hidden } from '../../ui/hidden'
import { Icon } from '../../ui/icon'
import { Select } from '../../ui/select'
import { formatNumber, words } from '../../words'
import { history, undo } from './data/edits'
import { refused, saveError, saving } from './data/marks'
import { loadTable, rowsOf } from './data/rows'
import { retry } from './data/save'
import { exportTable, importTable } from './data/transfer'
import { selectionOf, type View } from './data/view'
import { ColumnsDialog } from './dialogs/columns'

interface ToolbarProps {
  view: View
  /** Whether the row stands beside the grid as a form. */
  form: boolean
  onForm: () => void
  /** model: the row to begin with. */
  onAdd: (model: string) => void
  onDelete: () => void
}

export function Toolbar({ view, form, onForm, onAdd, onDelete }: ToolbarProps) {
  const w = words.value.tables
  const [dialog, setDialog] = useState<'columns' | 'keys'>()
  const close = () => setDialog(undefined)
  const selected = selectionOf(view).ids
  const active = view.order.value[view.active.value.row]

  return (
    <div class="toolbar" role="group" aria-label={w.toolbar}>
      <Button kind="primary" icon="plus" onClick={() => onAdd('')}>{w.add}</Button>
      <IconButton icon="copy" label={w.duplicate} disabled={!active} onClick={() => onAdd(active!)} />
      <IconButton icon="trash" label={w.deleteRows(selected.length || 1)} disabled={selected.length === 0} onClick={onDelete} />
      <IconButton icon="undo" label={words.value.common.undo} disabled={history.value.length === 0} onClick={() => say(w.undone(undo()))} />
      <label class="search">
        <Icon name="search" size={16} />
        <Hidden>{w.search}</Hidden>
        <input type="search" placeholder={w.searchHint} value={view.search.value} onInput={(e) => (view.search.value = e.currentTarget.value)} />
      </label>
      <Select
        label={words.value.common.show}
        quietLabel
        value={view.only.value}
        options={[
          { value: 'all', label: w.onlyAll },
          { value: 'problems', label: w.onlyProblems },
          { value: 'changed', label: w.onlyChanged },
        ]}
        onChange={(only) => (view.only.value = only)}
      />
      <Button icon="columns" onClick={() => setDialog('columns')}>{w.columns}</Button>
      <Button icon="form" aria-pressed={form} onClick={onForm}>{w.form}</Button>
      <IconButton icon="download" label={w.exportCsv} onClick={() => exportTable(view.table)} />
      <IconButton icon="upload" label={w.importCsv} onClick={() => importTable(view.table)} />
      <IconButton icon="help" label={w.keys} onClick={() => setDialog('keys')} />
      <SaveState view={view} />
      {dialog === 'columns' && <ColumnsDialog view={view} onClose={close} />}
      {dialog === 'keys' && (
        <Dialog title={w.keys} onClose={close}>
          <ul>{w.keyList.map((one) => <li key={one}>{one}</li>)}</ul>
        </Dialog>
      )}
    </div>
  )
}

function IconButton({ label, ...rest }: ButtonProps & { label: string }) {
  return <Button {...rest} aria-label={label} title={label} />
}

/** How many rows are shown, and whether all that was edited is stored. */
function SaveState({ view }: { view: View }) {
  const w = words.value.tables
  const waits = saveError.value !== null
  return (
    <div class="row save-state small" role="status">
      <span class="quiet">{w.shownRows(formatNumber(view.order.value.length), formatNumber(rowsOf(view.table).value?.size ?? 0))}</span>
      <span class={waits || refused.value > 0 ? 'bad' : 'quiet'}>
        {waits ? w.waiting(saving.value) : refused.value > 0 ? w.refused(refused.value) : saving.value > 0 ? w.saving : w.saved}
      </span>
      {waits && <Button small onClick={retry}>{words.value.common.retry}</Button>}
      <IconButton small kind="quiet" icon="history" label={w.reload} onClick={() => void loadTable(view.table)} />
    </div>
  )
}
