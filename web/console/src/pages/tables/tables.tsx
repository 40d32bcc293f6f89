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
import { selectionOf, show, viewOf, type View } from './data/view'
import { Conflicts } from './dialogs/conflict'
import { IdDialog, type IdPurpose } from './dialogs/iddialog'
import { Detail } from './detail'
import { RowForm } from './form/form'
import { editing } from './grid/editing'
import { Grid } from './grid/grid'
import { ProblemList } from './problemlist'
import { PanelToggles, Toolbar } from './toolbar'
import './tables.css'
import './grid/grid.css'
import './form/form.css'

export type Panel = 'none' | 'form' | 'problems'

/** The config tables, one at a time, as a grid with a form or the problems beside it. */
export function Tables() {
  const table = registry.tables.find((one) => one.name === route.value.parts[0])?.name ?? 'rules'
  const viewed = useRef(table)
  viewed.current = table
  useEffect(() => {
    for (const one of registry.tables) void loadTable(one.name)
    const ask = (e: BeforeUnloadEvent) => unsaved() && e.preventDefault()
    const look = () => {
      if (!document.hidden && !editing.value) void loadTable(viewed.current)
    }
    addEventListener('beforeunload', ask)
    document.addEventListener('visibilitychange', look)
    return () => {
      removeEventListener('beforeunload', ask)
      document.removeEventListener('visibilitychange', look)
      if (key.value === null) forgetRows()
    }
  }, [])
  return (
    <div class="tables">
      <TableTabs table={table} />
      <TableView key={table} view={viewOf(table)} />
      <Conflicts />
    </div>
  )
}

function TableTabs({ table }: { table: string }) {
  const w = words.value
  return (
    <nav class="table-tabs" aria-label={w.tables.choose}>
      {registry.tables.map(({ name }) => {
        const wrong = problems.value.filter((one) => one.table === name)
        const errors = wrong.filter((one) => one.severity === 'error').length
        return (
          <a key={name} href={href('tables', [name])} aria-current={name === table ? 'page' : undefined}>
            {tableLabel(name)}
            <span class="quiet small">{rowsOf(name).value?.size ?? ''}</span>
            {wrong.length > 0 && (
              <span class={`count ${errors > 0 ? 'bad' : 'warn'}`}>
                {errors || wrong.length}
                <Hidden> {errors > 0 ? w.common.errors(errors) : w.common.warnings(wrong.length)}</Hidden>
              </span>
            )}
          </a>
        )
      })}
    </nav>
  )
}

function TableView({ view }: { view: View }) {
  const w = words.value.tables
  const [panel, setPanel] = useState<Panel>('none')
  const [asking, setAsking] = useState<IdPurpose | null>(null)
  const main = useRef<HTMLDivElement>(null)
  const rows = rowsOf(view.table).value
  const label = tableLabel(view.table)

  const { query } = route.value
  const wanted = `${query.get('row') ?? ''} ${query.get('column') ?? ''} ${query.get('new') ?? ''}`
  useEffect(() => {
    const row = query.get('row')
    if (!rows || !row) return
    show(view, row, query.get('column') ?? '')
    if (query.get('form')) setPanel('form')
    go(href('tables', [view.table]), true)
  }, [wanted, rows === undefined])

  const remove = () => {
    const ids = selectionOf(view).ids
    const n = deleteRows(view.table, ids)
    if (n > 0) say(w.deleted(n), 'good', { label: words.value.common.undo, run: () => void undo() })
  }

  if (!rows) return readError.value ? <ErrorNotice error={readError.value} onRetry={() => void loadTable(view.table)} /> : <Loading />
  return (
    <>
      <div class="row apart">
        <p class="quiet">{tableDoc(view.table)}</p>
        <PanelToggles table={view.table} panel={panel} onPanel={setPanel} />
      </div>
      <Toolbar view={view} onAdd={() => setAsking({ kind: 'add' })} onDuplicate={(id) => setAsking({ kind: 'duplicate', id })} onDelete={remove} />
      <div class={`table-and-panel${panel === 'none' ? '' : ' open'}`}>
        <div class="table-main" ref={main}>
          {view.order.value.length > 0 ? (
            <>
              <Grid view={view} label={w.grid(label)} onForm={() => setPanel('form')} onRename={(id) => setAsking({ kind: 'rename', id })} onDelete={remove} />
              <Detail view={view} onRename={(id) => setAsking({ kind: 'rename', id })} onForm={() => setPanel('form')} />
            </>
          ) : rows.size === 0 ? (
            <Empty icon="tables" title={w.empty(label)}>
              <p>{w.emptyText}</p>
              <Button kind="primary" icon="plus" onClick={() => setAsking({ kind: 'add' })}>{w.add}</Button>
            </Empty>
          ) : (
            <Empty icon="search" title={w.nothingFits}>
              <p>{w.nothingFitsText}</p>
              <Button onClick={() => {
                view.search.value = ''
                view.only.value = 'all'
              }}>{w.showAll}</Button>
            </Empty>
          )}
        </div>
        {panel === 'form' && <RowForm view={view} onClose={() => setPanel('none')} onRename={(id) => setAsking({ kind: 'rename', id })} />}
        {panel === 'problems' && <ProblemList view={view} onClose={() => setPanel('none')} />}
      </div>
      {asking && (
        <IdDialog
          table={view.table}
          purpose={asking}
          onClose={() => setAsking(null)}
          onDone={(id) => {
            setAsking(null)
            editing.value = null
            show(view, id, view.shown.value[1]?.name ?? 'id')
            requestAnimationFrame(() => main.current?.querySelector<HTMLElement>('[role=grid]')?.focus())
          }}
        />
      )}
    </>
  )
}
