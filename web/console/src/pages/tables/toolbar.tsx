import { useState } from 'preact/hooks'
import { problems } from '../../state/status'
import { say } from '../../state/toasts'
import { Button, type ButtonProps } from '../../ui/button'
import { Hidden } from '../../ui/hidden'
import { Icon } from '../../ui/icon'
import { Select } from '../../ui/select'
import { formatNumber, words } from '../../words'
import { history, redo, undo } from './data/edits'
import { refused, saveError, saving } from './data/marks'
import { loadTable, rowsOf } from './data/rows'
import { retry } from './data/save'
import { selectionOf, type Only, type View } from './data/view'
import { ColumnsDialog } from './dialogs/columns'
import { KeysDialog } from './dialogs/keys'
import { exportTable, ImportDialog } from './dialogs/transfer'
import type { Panel } from './tables'

interface ToolbarProps {
  view: View
  onAdd: () => void
  onDuplicate: (id: string) => void
  onDelete: () => void
}

export function Toolbar({ view, onAdd, onDuplicate, onDelete }: ToolbarProps) {
  const w = words.value.tables
  const [dialog, setDialog] = useState<'columns' | 'import' | null>(null)
  const selected = selectionOf(view).ids
  const active = view.order.value[view.active.value.row]
  const { undo: undos, redo: redos } = history.depth.value
  const taken = (changes: unknown[] | undefined) => changes && say(w.undone(changes.length), 'good', { label: w.redo, run: () => void redo() })

  return (
    <div class="toolbar" role="group" aria-label={w.toolbar}>
      <Button kind="primary" icon="plus" onClick={onAdd}>{w.add}</Button>
      <IconButton icon="copy" label={w.duplicate} disabled={!active} onClick={() => active && onDuplicate(active)} />
      <IconButton icon="trash" label={w.deleteRows(selected.length || 1)} disabled={selected.length === 0} onClick={onDelete} />
      <IconButton icon="undo" label={words.value.common.undo} disabled={undos === 0} onClick={() => taken(undo())} />
      <IconButton icon="redo" label={w.redo} disabled={redos === 0} onClick={() => redo()} />
      <span class="divider" />
      <label class="search">
        <Icon name="search" size={16} />
        <Hidden>{w.search}</Hidden>
        <input type="search" placeholder={w.searchHint} value={view.search.value} onInput={(e) => (view.search.value = e.currentTarget.value)} />
      </label>
      <Select<Only>
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
      <span class="divider" />
      <Button icon="columns" onClick={() => setDialog('columns')}>{w.columns}</Button>
      <IconButton icon="download" label={w.exportCsv} onClick={() => exportTable(view.table)} />
      <IconButton icon="upload" label={w.importCsv} onClick={() => setDialog('import')} />
      <SaveState view={view} />
      {dialog === 'columns' && <ColumnsDialog view={view} onClose={() => setDialog(null)} />}
      {dialog === 'import' && <ImportDialog table={view.table} onClose={() => setDialog(null)} />}
    </div>
  )
}

interface PanelTogglesProps {
  table: string
  panel: Panel
  onPanel: (panel: Panel) => void
}

/** What stands beside the grid: the row as a form, or the problems; and the help with the keys. */
export function PanelToggles({ table, panel, onPanel }: PanelTogglesProps) {
  const w = words.value.tables
  const [help, setHelp] = useState(false)
  const wrong = problems.value.filter((one) => one.table === table).length
  const toggle = (which: Panel) => onPanel(panel === which ? 'none' : which)
  return (
    <div class="row">
      <Button small icon="form" aria-pressed={panel === 'form'} onClick={() => toggle('form')}>{w.form}</Button>
      <Button small icon="warning" aria-pressed={panel === 'problems'} onClick={() => toggle('problems')}>
        {words.value.common.problems}
        {wrong > 0 && ` (${wrong})`}
      </Button>
      <Button small icon="help" onClick={() => setHelp(true)}>{w.keys}</Button>
      {help && <KeysDialog onClose={() => setHelp(false)} />}
    </div>
  )
}

function IconButton({ label, ...rest }: ButtonProps & { label: string }) {
  return <Button {...rest} aria-label={label} title={label} />
}

/** How many rows are shown, and whether all that was edited is stored. */
function SaveState({ view }: { view: View }) {
  const w = words.value.tables
  const shown = w.shownRows(formatNumber(view.order.value.length), formatNumber(rowsOf(view.table).value?.size ?? 0))
  return (
    <div class="row save-state small" role="status">
      <span class="quiet">{shown}</span>
      {saveError.value !== null ? (
        <>
          <span class="bad">{w.waiting(saving.value)}</span>
          <Button small onClick={retry}>{words.value.common.retry}</Button>
        </>
      ) : refused.value > 0 ? (
        <span class="bad">{w.refused(refused.value)}</span>
      ) : (
        <span class="quiet">{saving.value > 0 ? w.saving : w.saved}</span>
      )}
      <IconButton small kind="quiet" icon="history" label={w.reload} onClick={() => void loadTable(view.table)} />
    </div>
  )
}
