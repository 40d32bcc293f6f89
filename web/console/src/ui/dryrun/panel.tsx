import { useState } from 'preact/hooks'
import { walked, type DryRun } from '../../api/dryrun'
import { refusedWith } from '../../api/problem'
import type { Pair, Run, RunState } from '../../state/run'
import { visitorTotal } from '../../state/total'
import { Button } from '../button'
import { ErrorNotice, Notice } from '../notice'
import { Problems } from '../problems'
import { Progress } from '../progress'
import { formatNumber, words } from '../../words'
import { Options } from './options'
import { Reservations } from './reservations'
import { Results } from './results'
import { emptyForm, sampleOf } from './sample'
import { summary } from './summary'
import './dryrun.css'

interface PanelProps {
  run: Run
  pair: Pair
  /** The result is of something that is no more as it was. */
  outdated?: boolean
  /** Why it cannot start. */
  blocked?: string
}

/** A dry run from its sample to its pictures. */
export function DryRunPanel({ run, pair, outdated, blocked }: PanelProps) {
  const w = words.value.dryrun
  const [form, setForm] = useState(emptyForm)
  const state = run.state.value
  const running = state.status === 'running'
  const start = async (e: Event) => {
    e.preventDefault()
    if (running) return run.stop()
    await run.start(pair, sampleOf(form))
    const after = run.state.value
    if (after.status === 'done' && after.sum && !after.sum.recorded && !after.sum.next) visitorTotal.value = after.sum.visitors
  }
  return (
    <>
      <p class="quiet">{w.intro}</p>
      <form class="row at-foot" onSubmit={start}>
        <Options form={form} onChange={setForm} />
        <Button type="submit" disabled={blocked !== undefined}>{running ? w.stop : state.status === 'idle' ? w.start : w.again}</Button>
      </form>
      {blocked && <Notice tone="warn">{blocked}</Notice>}
      {state.status !== 'idle' && <Outcome state={state} outdated={outdated ?? false} />}
    </>
  )
}

function Outcome({ state, outdated }: { state: RunState; outdated: boolean }) {
  const { sum, status } = state
  return (
    <>
      {status === 'running' ? <Going state={state} /> : <Ended state={state} />}
      {status !== 'running' && status !== 'failed' && outdated && <Notice tone="warn" live>{words.value.dryrun.outdated}</Notice>}
      {sum && sum.decisions === 0 && status !== 'running' && <Reservations run={sum} named={state.sample.sample} />}
      {sum && sum.decisions > 0 && (
        <>
          <Notice title={summary(sum, words.value, formatNumber)} />
          <Reservations run={sum} named={state.sample.sample} />
          <Results run={sum} />
        </>
      )}
    </>
  )
}

function Going({ state }: { state: RunState }) {
  const w = words.value
  const { sum, sample, seconds } = state
  if (!sum) return <Progress label={w.common.loading} />
  const done = walked(sum)
  const max = sum.recorded ? undefined : (sample.visitors ?? visitorTotal.value)
  const rate = done / seconds
  const left = max && Math.ceil(Math.max(0, max - done) / rate)
  const label = [w.common.counting(amount(sum)), w.dryrun.rate(formatNumber(Math.round(rate))), left && w.dryrun.left(formatNumber(left))]
  return <Progress label={label.filter(Boolean).join(' · ')} value={done} max={max} />
}

/** How many visitors, or recorded decisions, a dry run has walked. */
function amount(sum: DryRun): string {
  const n = walked(sum)
  const w = words.value
  return sum.recorded ? w.dryrun.recorded(n, formatNumber(n)) : w.common.visitors(n, formatNumber(n))
}

function Ended({ state }: { state: RunState }) {
  const w = words.value
  const { sum, status, error } = state
  const asked = sum ? amount(sum) : ''
  if (status === 'failed') {
    if (refusedWith(error, 'draft_changed')) return <Notice tone="warn" live>{w.dryrun.outdated}</Notice>
    if (refusedWith(error, 'config_problems')) {
      return <Notice tone="bad" live title={w.common.mendFirst}><Problems problems={error.problems} most={10} /></Notice>
    }
    return <ErrorNotice error={error} />
  }
  if (status === 'stopped') return <Notice tone="warn" live>{w.dryrun.stopped(asked)}</Notice>
  if (sum?.decisions === 0 && !sum.recorded) return <Notice live>{w.dryrun.noDecisions}</Notice>
  return <p class="quiet small" role="status">{w.dryrun.done(asked)}</p>
}
