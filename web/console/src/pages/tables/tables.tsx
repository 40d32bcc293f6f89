import { useEffect, useRef, useState } from 'preact/hooks'
import { registry } from '../../registry'
import { go, href, route } from '../../state/route'
import { key } from '../../state/session'
import { problems } from '../../state/status'
import { say } from '../../state/toasts'
import { Button } from '../../ui/button'
import { Empty } from '../../ui/empty'
import { Hidden } from '../../ui/hidden'
import { ErrorNotice } from '../../ui/notice'
import { Loading } from '../../ui/progress'
import { words } from '../../words'
import { tableDoc, tableLabel } from '../../words/columns'
import { deleteRows, undo } from './data/edits'
import { forgetRows, loadTable, readError, rowsOf } from './data/rows'
import { unsaved } from './data/save'
import { selectionOf, show, showAll, viewOf, type View } from './data/view'
import { Conflicts } from './dialogs/conflict'
import { IdDialog } from './dialogs/iddialog'
import { Detail } from './detail'
import { RowForm } from './form/form'
import { editing } from './grid/editing'
import { Grid } from './grid/grid'
import { Toolbar } from './toolbar'
import './tables.css'
import './grid/grid.css'
import './form/form.css'

/** The config tables, one at a time, as a grid with the row as a form beside it. */
export function Tables() {
  const table = registry.tables.find((one) => one.name === route.value.parts[0])?.name ?? 'rules'
  useEffect(() => {
    for (const one of registry.tables) void loadTable(one.name)
    const ask = (e: BeforeUnloadEvent) => unsaved() && e.preventDefault()
    addEventListener('beforeunload', ask)
    return () => {
      removeEventListener('beforeunload', ask)
      if (key.value === null) forgetRows()
    }
  }, [])
  useEffect(() => {
    const look = () => {
      if (!document.hidden && !editing.value) void loadTable(table)
    }
    document.addEventListener('visibilitychange', look)
    return () => document.removeEventListener('visibilitychange', look)
  }, [table])
  return (
    <div class="tables">
      <nav class="table-tabs" aria-label={words.value.tables.choose}>
        {registry.tables.map(({ name }) => <TableTab key={name} name={name} current={name === table} />)}
      </nav>
      <TableView key={table} view={viewOf(table)} />
      <Conflicts />
    </div>
  )
}

function TableTab({ name, current }: { name: string; current: boolean }) {
  const { common } = words.value
  const wrong = problems.value.filter((one) => one.table === name)
  const errors = wrong.filter((one) => one.severity === 'error').length
  return (
    <a href={href('tables', [name])} aria-current={current ? 'page' : undefined}>
      {tableLabel(name)} <span class="quiet small">{rowsOf(name).value?.size}</span>
      {wrong.length > 0 && (
        <span class={`badge ${errors > 0 ? 'bad' : 'warn'}`}>
          {errors || wrong.length}
          <Hidden> {errors > 0 ? common.errors(errors) : common.warnings(wrong.length)}</Hidden>
        </span>
      )}
    </a>
  )
}

function TableView({ view }: { view: View }) {
  const w = words.value.tables
  const [form, setForm] = useState(false)
  /** The row to duplicate while an id is asked for; '' for a new row. */
  const [model, setModel] = useState<string>()
  const main = useRef<HTMLDivElement>(null)
  const { table } = view
  const rows = rowsOf(table).value
  const label = tableLabel(table)

  const { query } = route.value
  useEffect(() => {
    const row = query.get('row')
    if (!rows || !row) return
    show(view, row, query.get('column') ?? '')
    go(href('tables', [table]), true)
  }, [query.get('row'), query.get('column'), !rows])

  const remove = () => {
    const n = deleteRows(table, selectionOf(view).ids)
    if (n > 0) say(w.deleted(n), 'good', { label: words.value.common.undo, run: undo })
  }

  if (!rows) return readError.value ? <ErrorNotice error={readError.value} onRetry={() => void loadTable(table)} /> : <Loading />
  return (
    <>
      <p class="quiet">{tableDoc(table)}</p>
      <Toolbar view={view} form={form} onForm={() => setForm(!form)} onAdd={setModel} onDelete={remove} />
      <div class={`table-and-panel${form ? ' open' : ''}`}>
        <div class="table-main" ref={main}>
          {view.order.value.length > 0 ? (
            <>
              <Grid view={view} label={w.grid(label)} onForm={() => setForm(true)} onDelete={remove} />
              <Detail view={view} />
            </>
          ) : rows.size === 0 ? (
            <Empty icon="tables" title={w.empty(label)}>
              <p>{w.emptyText}</p>
            </Empty>
          ) : (
            <Empty icon="search" title={w.nothingFits}>
              <Button onClick={() => showAll(view)}>{w.onlyAll}</Button>
            </Empty>
          )}
        </div>
        {form && <RowForm view={view} onClose={() => setForm(false)} />}
      </div>
      {model !== undefined && (
        <IdDialog
          table={table}
          model={model}
          onClose={() => setModel(undefined)}
          onDone={(id) => {
            setModel(undefined)
            editing.value = null
            show(view, id, view.shown.value[1]?.name ?? 'id')
            requestAnimationFrame(() => main.current?.querySelector<HTMLElement>('[role=grid]')?.focus())
          }}
        />
      )}
    </>
  )
}
