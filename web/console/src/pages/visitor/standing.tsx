import type { Journey, PhaseState, Step } from '../../api/journey'
import { phaseName, phases } from '../../state/phases'
import { nameOf } from '../../state/vocabulary'
import { PhaseBadge, phaseColour } from '../../ui/badge'
import { Bar } from '../../ui/bar'
import { Card } from '../../ui/card'
import { Notice } from '../../ui/notice'
import { formatDateTime, formatPercent, words } from '../../words'
import { placeHref, type Place } from './place'

/** Where the visitor stands at the moment, in words. */
export function Standing({ phase }: { phase: PhaseState }) {
  const w = words.value.visitor
  const unknown = !Object.values(phase.scores).some((score) => score > 0)
  return (
    <Card title={w.stands}>
      <div class="stack tight" aria-live="polite">
      <p class="figure"><PhaseBadge phase={phase.name} /></p>
      {!unknown && (
        <p>
          {w.confidence(formatPercent(phase.confidence))}
          {phase.since && <>, {w.since(formatDateTime(phase.since))}</>}.
        </p>
      )}
      {unknown && <Notice tone="warn" title={w.noEvidence}><p>{w.noEvidenceText}</p></Notice>}
      <p><span class="quiet">{w.standing}:</span> {w.standings[phase.standing] ?? phase.standing}</p>
      {phase.truncated && <p class="small quiet">{w.truncated}</p>}
      </div>
    </Card>
  )
}

/** How the evidence is shared among the phases. */
export function Scores({ phase }: { phase: PhaseState }) {
  const w = words.value.visitor
  return (
    <Card title={w.scores} text={w.scoresText}>
      <ul role="list" class="bars">
        {phases.value.map((name) => (
          <li key={name}>
            {name === phase.name ? <strong><PhaseBadge phase={name} /></strong> : <PhaseBadge phase={name} />}
            <Bar share={phase.scores[name] ?? 0} colour={`phase-${phaseColour(name)}`} />
            <span class="number">{formatPercent(phase.scores[name] ?? 0)}</span>
          </li>
        ))}
      </ul>
    </Card>
  )
}

/** What speaks for the phase, touchpoint by touchpoint, each a way to its moment. */
export function Evidence({ phase, steps, place }: { phase: PhaseState; steps: readonly Step[]; place: Place }) {
  const w = words.value.visitor
  return (
    <Card title={w.evidence} text={phase.because.length === 0 ? w.evidenceNone : w.evidenceText(phaseName(phase.name))}>
      <ul role="list" class="bars">
        {phase.because.map((one) => {
          const share = one.share ?? one.other ?? 0
          const step = steps.find((each) => each.touchpoints.some(({ id }) => id === one.touchpoint))
          return (
            <li key={one.touchpoint ?? ''}>
              <span class="what">
                {one.type ? nameOf(one.type) : w.otherEvidence}
                {step && <a class="small" href={placeHref({ ...place, at: step.at })}>{formatDateTime(step.at)}</a>}
              </span>
              <Bar share={share} colour={`phase-${phaseColour(phase.name)}`} />
              <span class="number">{formatPercent(share, share < 0.1 || share > 0.99 ? 1 : 0)}</span>
            </li>
          )
        })}
      </ul>
    </Card>
  )
}

/** Which single touchpoints would lead to another phase. */
export function WouldChange({ journey, place }: { journey: Journey; place: Place }) {
  const w = words.value.visitor
  return (
    <Card title={w.wouldChange} text={journey.would_change.length === 0 ? w.wouldChangeNone : w.wouldChangeText}>
      <ul role="list" class="stack tight">
        {journey.would_change.map((one) => (
          <li key={one.type}>
            <a href={placeHref({ ...place, tab: 'tryout', pretend: one.type })}>{nameOf(one.type)}</a> → <PhaseBadge phase={one.to} />
          </li>
        ))}
      </ul>
    </Card>
  )
}
