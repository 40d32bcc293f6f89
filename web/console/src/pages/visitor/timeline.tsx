import { useState } from 'preact/hooks'
import type { Journey, Step } from '../../api/journey'
import { phaseName, phases } from '../../state/phases'
import { go } from '../../state/route'
import { PhaseBadge } from '../../ui/badge'
import { Button } from '../../ui/button'
import { Card } from '../../ui/card'
import { useWidth } from '../../ui/width'
import { formatDateTime, words } from '../../words'
import { stepAt } from './geometry'
import { placeHref, type Place } from './place'
import { StepsTable } from './steps-table'
import { TimelinePicture } from './timeline-picture'

interface TimelineProps {
  /** As of the end of the timeline. */
  journey: Journey
  steps: readonly Step[]
  place: Place
}

/** The whole journey as a picture, as a slider and as a table; each of them chooses the moment. */
export function Timeline({ journey, steps, place }: TimelineProps) {
  const w = words.value.visitor
  const [box, width] = useWidth<HTMLDivElement>()
  const choose = (at: string | undefined) => go(placeHref({ ...place, at }), true)
  return (
    <Card title={w.timeline} text={w.timelineText}>
      <Scrubber steps={steps} at={place.at} choose={choose} />
      <div ref={box} class="timeline-box">
        {width > 0 && <TimelinePicture journey={journey} steps={steps} at={place.at} width={width} choose={choose} />}
      </div>
      <ul role="list" class="row legend" aria-hidden="true">
        {phases.value.map((name) => <li key={name} class="small"><PhaseBadge phase={name} /></li>)}
      </ul>
      <StepsTable steps={steps} place={place} />
    </Card>
  )
}

interface ScrubberProps {
  steps: readonly Step[]
  at?: string
  choose: (at: string | undefined) => void
}

/** Goes from step to step; behind the last one is now. */
function Scrubber({ steps, at, choose }: ScrubberProps) {
  const w = words.value.visitor
  const [dragged, setDragged] = useState<number | null>(null)
  const here = at === undefined ? steps.length : Math.max(0, stepAt(steps, Date.parse(at)))
  const shown = dragged ?? here
  const to = (n: number) => {
    setDragged(null)
    choose(steps[n]?.at)
  }
  const step = steps[shown]
  const said = step ? `${w.stepOf(shown + 1, steps.length)}: ${formatDateTime(step.at)}, ${phaseName(step.phase)}` : words.value.common.now
  return (
    <div class="scrubber">
      <div class="row nowrap">
        <Button icon="left" aria-label={w.earlier} disabled={here === 0 && at !== undefined} onClick={() => to(Math.max(0, here - 1))} />
        <input
          type="range"
          class="grow"
          min={0}
          max={steps.length}
          value={shown}
          aria-label={w.scrub}
          aria-valuetext={said}
          onInput={(e) => setDragged(Number(e.currentTarget.value))}
          onChange={(e) => to(Number(e.currentTarget.value))}
        />
        <Button icon="right" aria-label={w.later} disabled={at === undefined} onClick={() => to(here + 1)} />
      </div>
      <p class="small quiet" aria-hidden="true">{said}</p>
    </div>
  )
}
