import { needsApproval, publishesItself } from '../../state/settings'
import { draftRun } from '../../state/draftrun'
import { changes, errorCount, snapshots, warningCount } from '../../state/status'
import { Icon, type IconName } from '../../ui/icon'
import { formatNumber, words } from '../../words'
import { trialOutdated } from './trial'

export const stepNames = ['check', 'diff', 'dryRun', 'publish'] as const
export type StepName = (typeof stepNames)[number]

interface StepState {
  tone: 'good' | 'warn' | 'bad' | 'plain'
  text: string
}

/** Where the draft stands on its way, and the way to each step. */
export function Steps() {
  const w = words.value.changes
  const states: Record<StepName, StepState> = { check: check(), diff: difference(), dryRun: trial(), publish: publish() }
  return (
    <nav aria-label={w.steps}>
      <ol role="list" class="steps">
        {stepNames.map((name, i) => (
          <li key={name} class={states[name].tone}>
            <button type="button" onClick={() => show(name)}>
              <span class="step-number" aria-hidden="true">{i + 1}</span>
              <span class="grow">
                <strong>{w[name]}</strong>
                <span class="step-state">
                  <Icon name={icons[states[name].tone]} size={14} />
                  {states[name].text}
                </span>
              </span>
            </button>
          </li>
        ))}
      </ol>
    </nav>
  )
}

const icons: Record<StepState['tone'], IconName> = { good: 'check', warn: 'warning', bad: 'error', plain: 'info' }

/** Brings a step into view, and the focus to its heading; where it is gone, to that of the page. */
export function show(name: StepName): void {
  const heading = document.getElementById(`step-${name}`) ?? document.querySelector<HTMLElement>('h1')
  heading?.scrollIntoView({ block: 'start' })
  heading?.focus({ preventScroll: true })
}

function check(): StepState {
  const w = words.value
  if (errorCount.value > 0) return { tone: 'bad', text: w.common.errors(errorCount.value) }
  if (warningCount.value > 0) return { tone: 'warn', text: w.common.warnings(warningCount.value) }
  return { tone: 'good', text: w.changes.stepFine }
}

function difference(): StepState {
  const w = words.value
  const n = changes.value.length
  return n === 0 ? { tone: 'plain', text: w.changes.stepSame } : { tone: 'plain', text: w.common.rows(n, formatNumber(n)) }
}

function trial(): StepState {
  const w = words.value.changes
  const { status, sum } = draftRun.state.value
  if (status === 'running') return { tone: 'plain', text: w.stepRunning }
  if (!sum || sum.decisions === 0) return { tone: 'plain', text: w.stepUntried }
  if (trialOutdated.value) return { tone: 'warn', text: w.stepOutdated }
  if (sum.changed === 0) return { tone: 'good', text: w.stepNoChange }
  return { tone: 'good', text: w.stepChanges(`${formatNumber(sum.changed)} / ${formatNumber(sum.decisions)}`) }
}

function publish(): StepState {
  const w = words.value.changes
  if (errorCount.value > 0) return { tone: 'bad', text: w.stepErrors }
  if (changes.value.length === 0) return { tone: 'plain', text: w.stepSame }
  if (needsApproval.value && !snapshots.value?.approved) return { tone: 'warn', text: w.stepApproval }
  if (publishesItself.value) return { tone: 'good', text: w.stepAuto }
  return { tone: 'good', text: w.stepReady }
}
