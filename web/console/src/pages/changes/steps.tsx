import type { ComponentChildren } from 'preact'
import { needsApproval, publishesItself } from '../../state/settings'
import { draftRun } from '../../state/draftrun'
import { changes, errorCount, snapshots, warningCount } from '../../state/status'
import { Badge } from '../../ui/badge'
import { Card } from '../../ui/card'
import type { Tone } from '../../ui/notice'
import { formatNumber, words } from '../../words'
import { trialOutdated } from './trial'

type StepName = 'check' | 'diff' | 'dryRun' | 'publish'

interface StepState {
  tone?: Tone
  text: string
}

/** A step on the way from the draft to live, and where the draft stands there. */
export function Step({ name, number, children }: { name: StepName; number: number; children: ComponentChildren }) {
  const { tone, text } = states[name]()
  return <Card title={<span class="row">{number}. {words.value.changes[name]} <Badge tone={tone}>{text}</Badge></span>}>{children}</Card>
}

const states: Record<StepName, () => StepState> = { check, diff: difference, dryRun: trial, publish }

function check(): StepState {
  const w = words.value
  if (errorCount.value > 0) return { tone: 'bad', text: w.common.errors(errorCount.value) }
  if (warningCount.value > 0) return { tone: 'warn', text: w.common.warnings(warningCount.value) }
  return { tone: 'good', text: w.changes.stepFine }
}

function difference(): StepState {
  const w = words.value
  const n = changes.value.length
  return { text: n === 0 ? w.changes.stepSame : w.common.rows(n, formatNumber(n)) }
}

function trial(): StepState {
  const w = words.value.changes
  const { status, sum } = draftRun.state.value
  if (status === 'running') return { text: w.stepRunning }
  if (!sum || sum.decisions === 0) return { text: w.stepUntried }
  if (trialOutdated.value) return { tone: 'warn', text: w.stepOutdated }
  if (sum.changed === 0) return { tone: 'good', text: w.stepNoChange }
  return { tone: 'good', text: w.stepChanges(`${formatNumber(sum.changed)} / ${formatNumber(sum.decisions)}`) }
}

function publish(): StepState {
  const w = words.value.changes
  if (errorCount.value > 0) return { tone: 'bad', text: w.stepErrors }
  if (changes.value.length === 0) return { text: w.stepSame }
  if (needsApproval.value && !snapshots.value?.approved) return { tone: 'warn', text: w.stepApproval }
  if (publishesItself.value) return { tone: 'good', text: w.stepAuto }
  return { tone: 'good', text: w.stepReady }
}
