import type { Journey, PhaseState, Step } from '../../api/journey'
import { phaseName, phases } from '../../state/phases'
import { nameOf } from '../../state/vocabulary'
import { PhaseBadge, phaseColour } from '../../ui/badge'
import { Bar } from '../../ui/bar'
import { Card } from '../../ui/card'
import { Notice } from '../../ui/notice'
import { formatDate, formatDateTime, formatPercent, formatRelative, words } from '../../words'
import { placeHref, type Place } from './place'

/** Where the visitor stands at the moment, in words. */
export function Standing({ journey, phase }: { journey: Journey; phase: PhaseState }) {
  const w = words.value.visitor
  const unknown = phase.confidence === 0 && phase.because.length === 0
  return (
    <section class="card standing" aria-labelledby="standing-title" aria-live="polite">
      <h2 id="standing-title" class="hidden-visually">{w.stands}</h2>
      <p class="quiet">{w.stands}</p>
      <p class="figure"><PhaseBadge phase={phase.name} /></p>
      {!unknown && (
        <p>
          {w.confidence(formatPercent(phase.confidence))}
          {phase.since && <>, {w.since(formatDateTime(phase.since), distance(phase.since, journey.at))}</>}.
        </p>
      )}
      {unknown && <Notice tone="warn" title={w.noEvidence}><p>{w.noEvidenceText}</p></Notice>}
      <p><span class="quiet">{w.standing}:</span> {w.standings[phase.standing] ?? phase.standing}</p>
      {phase.truncated && <p class="small quiet">{w.truncated}</p>}
    </section>
  )
}

/** How long before; nothing where the date says it better, or where it was just then. */
function distance(at: string, before: string): string {
  if (Date.parse(before) - Date.parse(at) < 60_000) return ''
  const text = formatRelative(at, Date.parse(before))
  return text === formatDate(at) ? '' : text
}

/** How the evidence is shared among the phases. */
export function Scores({ phase }: { phase: PhaseState }) {
  const w = words.value.visitor
  return (
    <Card title={w.scores} text={w.scoresText}>
      <ul role="list" class="bars">
        {phases.value.map((name) => (
          <li key={name}>
            <span class={name === phase.name ? 'strong' : ''}><PhaseBadge phase={name} /></span>
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
  const momentOf = (id: string) => steps.find((step) => step.touchpoints.some((one) => one.id === id))?.at
  const itemOf = (id: string) => steps.flatMap((step) => step.touchpoints).find((one) => one.id === id)?.item
  return (
    <Card title={w.evidence} text={phase.because.length === 0 ? w.evidenceNone : w.evidenceText(phaseName(phase.name))}>
      <ul role="list" class="bars">
        {phase.because.map((one) => {
          const share = one.share ?? one.other ?? 0
          const at = one.touchpoint && momentOf(one.touchpoint)
          const item = one.touchpoint && itemOf(one.touchpoint)
          return (
            <li key={one.touchpoint ?? ''}>
              <span class="what">
                {one.type ? nameOf(one.type) : w.otherEvidence}
                {item && <code>{item}</code>}
                {at && <a class="small" href={placeHref({ ...place, at })}>{formatDateTime(at)}</a>}
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
  const targets = [...new Set(journey.would_change.map((one) => one.to))]
  return (
    <Card title={w.wouldChange} text={targets.length === 0 ? w.wouldChangeNone : w.wouldChangeText}>
      {targets.map((to) => (
        <div key={to} class="stack tight">
          <h3 class="row"><span class="quiet">{w.movesTo}</span> <PhaseBadge phase={to} /></h3>
          <ul role="list" class="row">
            {journey.would_change.filter((one) => one.to === to).map((one) => (
              <li key={one.type}>
                <a class="badge info" href={placeHref({ ...place, tab: 'tryout', pretend: one.type })} title={w.tryIt}>{nameOf(one.type)}</a>
              </li>
            ))}
          </ul>
        </div>
      ))}
    </Card>
  )
}
