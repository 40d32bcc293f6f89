import { useState } from 'preact/hooks'
import { refusedWith } from '../../api/problem'
import { phaseName } from '../../state/phases'
import { pace, type Pair, type Run, type RunState } from '../../state/run'
import { visitorTotal } from '../../state/total'
import { Button } from '../button'
import { Empty } from '../empty'
import { ErrorNotice, Notice } from '../notice'
import { Problems } from '../problems'
import { Progress } from '../progress'
import { formatDuration, formatNumber, words } from '../../words'
import { Options } from './options'
import { Results } from './results'
import { emptyForm, sampleOf, type SampleFault, type SampleForm } from './sample'
import { summary } from './summary'
import './dryrun.css'

interface PanelProps {
  run: Run
  pair: Pair
  /** Those that may be chosen. */
  placements: readonly string[]
  /** The result is of something that is no more as it was. */
  outdated?: boolean
  /** Why it cannot start. */
  blocked?: string
}

/** A dry run from its sample to its pictures. */
export function DryRunPanel({ run, pair, placements, outdated, blocked }: PanelProps) {
  const w = words.value.dryrun
  const [form, setForm] = useState<SampleForm>(emptyForm)
  const [fault, setFault] = useState<SampleFault>()
  const state = run.state.value
  const running = state.status === 'running'
  const start = async () => {
    const sample = sampleOf(form, placements)
    setFault(typeof sample === 'string' ? sample : undefined)
    if (typeof sample === 'string') return
    await run.start(pair, sample)
    const after = run.state.value
    if (after.status === 'done' && after.sum && !after.sum.next) visitorTotal.value = after.sum.visitors
  }
  return (
    <div class="stack dryrun">
      <p class="quiet">{w.intro}</p>
      <Options form={form} placements={placements} fault={fault} onChange={(next) => {
        setForm(next)
        setFault(undefined)
      }} />
      {blocked && <Notice tone="warn">{blocked}</Notice>}
      <div class="row">
        <Button icon="eye" disabled={blocked !== undefined} onClick={start}>
          {state.status === 'idle' ? w.start : w.again}
        </Button>
        {running && (
          <Button
            icon="close"
            onClick={(e) => {
              e.currentTarget.parentElement?.querySelector('button')?.focus()
              run.stop()
            }}
          >
            {w.stop}
          </Button>
        )}
      </div>
      {state.status !== 'idle' && <Outcome state={state} outdated={outdated ?? false} />}
    </div>
  )
}

function Outcome({ state, outdated }: { state: RunState; outdated: boolean }) {
  const w = words.value
  const { sum, status } = state
  return (
    <>
      {status === 'running' ? <Going state={state} /> : <Ended state={state} />}
      {status !== 'running' && status !== 'failed' && outdated && <Notice tone="warn" live>{w.dryrun.outdated}</Notice>}
      {sum && sum.visitors > 0 && (
        <>
          <div class="dryrun-summary">
            {status === 'running' && <span class="small quiet">{w.dryrun.soFar}</span>}
            {summary(sum, { words: w, number: formatNumber, phase: phaseName }).map((sentence, i) => <p key={i}>{sentence}</p>)}
          </div>
          {sum.decisions > 0 && <Results run={sum} />}
        </>
      )}
    </>
  )
}

function Going({ state }: { state: RunState }) {
  const w = words.value
  const done = state.sum?.visitors ?? 0
  const known = state.sample.visitors === undefined ? visitorTotal.value : Math.min(state.sample.visitors, visitorTotal.value ?? Infinity)
  const goal = known === undefined ? undefined : Math.max(known, done)
  const { rate, left } = pace(state, goal)
  const shown = w.common.visitors(done, formatNumber(done))
  const label = [
    goal === undefined ? w.dryrun.progress(shown) : w.dryrun.progressOf(formatNumber(done), w.common.visitors(goal, formatNumber(goal))),
    rate > 0 && w.dryrun.rate(formatNumber(Math.round(rate))),
    left !== undefined && left >= 1 && w.dryrun.left(formatDuration(left)),
  ].filter(Boolean).join(' · ')
  return <Progress label={label} value={done} max={goal} />
}

function Ended({ state }: { state: RunState }) {
  const w = words.value
  const { sum, status, error } = state
  const visitors = w.common.visitors(sum?.visitors ?? 0, formatNumber(sum?.visitors ?? 0))
  if (status === 'failed') {
    if (refusedWith(error, 'draft_changed')) return <Notice tone="warn" live>{w.dryrun.draftChanged}</Notice>
    if (refusedWith(error, 'config_problems')) {
      return <Notice tone="bad" live title={w.common.mendFirst}><Problems problems={error.problems} most={10} /></Notice>
    }
    return <ErrorNotice error={error} />
  }
  if (status === 'stopped') return <Notice tone="warn" live>{w.dryrun.stopped(visitors)}</Notice>
  if (sum?.visitors === 0) return <Empty icon="visitor" title={w.dryrun.noVisitors}><p>{w.dryrun.noVisitorsText}</p></Empty>
  if (sum?.decisions === 0) return <Notice live>{w.dryrun.noDecisions}</Notice>
  return <p class="quiet small" role="status">{w.dryrun.done(visitors, formatDuration(Math.max(1, state.seconds)))}</p>
}
