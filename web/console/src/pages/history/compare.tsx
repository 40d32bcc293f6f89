import { useState } from 'preact/hooks'
import { readDiff, type Snapshots } from '../../api/config'
import { refusedWith } from '../../api/problem'
import { go, route } from '../../state/route'
import { Button } from '../../ui/button'
import { Card } from '../../ui/card'
import { changeCounts } from '../../ui/diff/counts'
import { DiffView } from '../../ui/diff/diff'
import { DryRunBetween } from '../../ui/dryrun/between'
import { useLoad } from '../../ui/load'
import { ErrorNotice, Notice } from '../../ui/notice'
import { Loading } from '../../ui/progress'
import { Select } from '../../ui/select'
import { formatDateTime, formatNumber, words } from '../../words'
import { authorName, noteText } from '../../words/authors'
import { pageHref } from '../names'
import { RollBackDialog } from './rollback'

const draft = 'draft'

/** Two snapshots, or one and the draft: cell by cell, and for visitors. The address says which. */
export function Compare({ now }: { now: Snapshots }) {
  const w = words.value
  const from = route.value.query.get('from') ?? now.live
  const to = route.value.query.get('to') ?? draft
  const [back, setBack] = useState(false)
  const choose = (a: string, b: string) => go(pageHref('history', ['compare'], { from: a, to: b }), true)
  const diff = useLoad(() => readDiff(from, to), [from, to, from === draft || to === draft ? now.draft : ''])
  const options = optionsOf(now, [from, to])
  const rows = diff.data?.rows
  const earlier = to !== now.live && now.snapshots.some((one) => one.id === to)
  return (
    <>
      <p><a href={pageHref('history')}>← {w.history.all}</a></p>
      <Card title={w.history.compareTitle}>
        <div class="row">
          <Select label={w.common.from} value={from} options={options} onChange={(value) => choose(value, to)} />
          <Select label={w.history.to} value={to} options={options} onChange={(value) => choose(from, value)} />
          <Button small onClick={() => choose(to, from)}>{w.history.swap}</Button>
        </div>
        {diff.error !== null && (refusedWith(diff.error, 'unknown_snapshot') ? <Notice>{w.history.gone}</Notice> : <ErrorNotice error={diff.error} onRetry={diff.reload} />)}
        {diff.error === null && !rows && <Loading />}
        {diff.error === null && rows && (
          <>
            <p role="status">{rows.length === 0 ? w.history.same : w.history.differ(w.common.rows(rows.length, formatNumber(rows.length)), changeCounts(rows))}</p>
            <DiffView rows={rows} from={nameOf(options, from)} to={nameOf(options, to)} />
          </>
        )}
        {earlier && <div class="row"><Button icon="undo" onClick={() => setBack(true)}>{w.history.rollBack}</Button></div>}
        {back && <RollBackDialog snapshot={to} onClose={() => setBack(false)} />}
      </Card>
      <Card title={w.changes.dryRun} text={w.history.dryRunText}><DryRunBetween key={`${from} ${to}`} from={from} to={to} /></Card>
    </>
  )
}

interface Option {
  value: string
  label: string
}

/** Each snapshot once, by its newest publish; also those that an address names and nobody lists. */
function optionsOf(now: Snapshots, named: string[]): Option[] {
  const w = words.value.history
  const options: Option[] = [{ value: draft, label: w.draft }]
  for (const one of now.snapshots) {
    if (options.some((have) => have.value === one.id)) continue
    const when = formatDateTime(one.at)
    options.push({ value: one.id, label: one.id === now.live ? w.liveNow(when) : [when, authorName(one.author), noteText(one.note)].filter(Boolean).join(' · ') })
  }
  for (const id of named) if (!options.some((have) => have.value === id)) options.push({ value: id, label: w.older(id) })
  return options
}

function nameOf(options: Option[], id: string): string {
  return options.find((one) => one.value === id)?.label ?? id
}
