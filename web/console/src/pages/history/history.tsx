import { useState } from 'preact/hooks'
import type { Snapshots } from '../../api/config'
import { route } from '../../state/route'
import { refreshStatus, snapshots, statusError } from '../../state/status'
import { Badge } from '../../ui/badge'
import { Button } from '../../ui/button'
import { Empty } from '../../ui/empty'
import { Hidden } from '../../ui/hidden'
import { ErrorNotice } from '../../ui/notice'
import { Loading } from '../../ui/progress'
import { Table } from '../../ui/table'
import { Time } from '../../ui/time'
import { words } from '../../words'
import { authorName, noteText } from '../../words/authors'
import { pageHref } from '../names'
import { Compare } from './compare'
import { RollBackDialog } from './rollback'
import './history.css'

type Release = Snapshots['snapshots'][number] & { number: number; before?: string }

/** Everything that was published, what each changed, and the way back to it. */
export function History() {
  const now = snapshots.value
  if (now === null) return statusError.value ? <ErrorNotice error={statusError.value} onRetry={() => void refreshStatus()} /> : <Loading />
  return <div class="history stack">{route.value.parts[0] === 'compare' ? <Compare now={now} /> : <Releases now={now} />}</div>
}

function Releases({ now }: { now: Snapshots }) {
  const w = words.value
  const [back, setBack] = useState<string>()
  const n = now.snapshots.length
  if (n === 0) {
    return <Empty icon="history" title={w.history.none}><p>{w.history.noneText}</p><a href={pageHref('changes')}>{w.shell.pages.changes}</a></Empty>
  }
  const rows: Release[] = now.snapshots.map((one, i) => ({ ...one, number: n - i, before: now.snapshots[i + 1]?.id }))
  return (
    <>
      <p class="quiet">{w.history.intro}</p>
      <div class="row apart">
        <a href={pageHref('history', ['compare'])}>{w.history.compare}</a>
        {n >= 100 && <span class="quiet small">{w.history.more(n)}</span>}
      </div>
      <Table
        caption={w.history.caption}
        rows={rows}
        rowKey={(row) => `${row.number}`}
        columns={[
          { name: 'when', title: w.common.when, cell: (row) => <When row={row} live={row.number === n} /> },
          { name: 'author', title: w.history.author, cell: (row) => authorName(row.author) },
          { name: 'note', title: w.common.note, cell: (row) => (row.note ? noteText(row.note) : <span class="quiet">{w.history.noNote}</span>) },
          { name: 'actions', title: w.history.actions, cell: (row) => <Actions row={row} live={now.live} onBack={() => setBack(row.id)} /> },
        ]}
      />
      {back && <RollBackDialog snapshot={back} onClose={() => setBack(undefined)} />}
    </>
  )
}

function When({ row, live }: { row: Release; live: boolean }) {
  return (
    <div class="stack tight">
      <span class="row">
        <Time at={row.at} exact />
        {live && <Badge tone="good">{words.value.common.live}</Badge>}
      </span>
      <span class="small quiet">
        <Time at={row.at} /> · <code>{row.id.slice(0, 8)}…</code>
      </span>
    </div>
  )
}

function Actions({ row, live, onBack }: { row: Release; live: string; onBack: () => void }) {
  const w = words.value.history
  const name = `(${words.value.common.snapshot} ${row.number})`
  return (
    <span class="row">
      {row.before && (
        <a href={pageHref('history', ['compare'], { from: row.before, to: row.id })}>
          {w.whatChanged}<Hidden> {name}</Hidden>
        </a>
      )}
      {row.id !== live && (
        <>
          <a href={pageHref('history', ['compare'], { from: row.id, to: live })}>
            {w.toLive}<Hidden> {name}</Hidden>
          </a>
          <Button small icon="undo" onClick={onBack}>
            {w.rollBack}<Hidden> {name}</Hidden>
          </Button>
        </>
      )}
    </span>
  )
}
