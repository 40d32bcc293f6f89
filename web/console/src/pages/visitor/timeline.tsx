import type { Journey, Step, StepTouchpoint } from '../../api/journey'
import { phaseName } from '../../state/phases'
import { go } from '../../state/route'
import { nameOf } from '../../state/vocabulary'
import { phaseColour } from '../../ui/badge'
import { Card } from '../../ui/card'
import { formatDate, formatDateTime, words } from '../../words'
import { places, stepAt, stretches } from './geometry'
import { placeHref, type Place } from './place'
import { StepsTable } from './steps-table'

interface TimelineProps {
  /** As of the end of the timeline. */
  journey: Journey
  steps: readonly Step[]
  place: Place
}

const percent = (share: number) => `${100 * share}%`

/** The whole journey as a slider, as a picture and as a table; each of them chooses the moment. */
export function Timeline({ journey, steps, place }: TimelineProps) {
  const w = words.value
  const end = Math.max(Date.parse(journey.at), Date.parse(place.at ?? journey.at))
  const at = places([...steps.map((step) => Date.parse(step.at)), end])
  const here = place.at === undefined ? steps.length : Math.max(0, stepAt(steps, Date.parse(place.at)))
  const choose = (n: number) => go(placeHref({ ...place, at: steps[n]?.at }), true)
  const channels = [...new Set(steps.flatMap((step) => step.touchpoints.map((one) => one.channel)))]
  const step = steps[here]
  const said = step ? `${w.visitor.stepOf(here + 1, steps.length)}: ${formatDateTime(step.at)}, ${phaseName(step.phase)}` : w.common.now
  return (
    <Card title={w.visitor.timeline} text={w.visitor.timelineText}>
      <input
        type="range"
        max={steps.length}
        value={here}
        aria-label={w.visitor.scrub}
        aria-valuetext={said}
        onChange={(e) => choose(Number(e.currentTarget.value))}
      />
      <p class="small quiet" aria-hidden="true">{said}</p>
      <div class="timeline small" aria-hidden="true">
        <span class="quiet">{w.common.phase}</span>
        <div class="band">
          {stretches(steps).map(({ phase, from, to }) => (
            <span key={from} class={`truncate phase-${phaseColour(phase)}`} style={{ flexGrow: at[to]! - at[from]! }} title={phaseName(phase)}>{phaseName(phase)}</span>
          ))}
        </div>
        {channels.map((channel) => (
          <>
            <span class="quiet truncate">{nameOf(channel)}</span>
            <div class="lane">
              {steps.map((one, i) => {
                const touchpoints = one.touchpoints.filter((touchpoint) => touchpoint.channel === channel)
                return touchpoints.length > 0 && (
                  <span key={one.at} class={`mark phase-${phaseColour(one.phase)}${i === here ? ' here' : ''}`} style={{ left: percent(at[i]!) }} title={told(one, touchpoints)} onClick={() => choose(i)} />
                )
              })}
            </div>
          </>
        ))}
        <span />
        <p class="row apart quiet"><span>{formatDate(steps[0]!.at)}</span><span>{formatDate(new Date(end))}</span></p>
      </div>
      <StepsTable steps={steps} place={place} />
    </Card>
  )
}

function told(step: Step, touchpoints: readonly StepTouchpoint[]): string {
  const what = touchpoints.map((one) => nameOf(one.type) + (one.item ? ` (${one.item})` : ''))
  return [what.join(', '), formatDateTime(step.at), phaseName(step.phase)].join(' · ')
}
