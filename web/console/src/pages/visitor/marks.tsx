import { useRef, useState } from 'preact/hooks'
import type { Step, StepTouchpoint } from '../../api/journey'
import { registry } from '../../registry'
import { phaseName } from '../../state/phases'
import { nameOf } from '../../state/vocabulary'
import { formatDateTime, words } from '../../words'

interface MarksProps {
  steps: readonly Step[]
  /** Of each step, from the left. */
  places: readonly number[]
  channels: readonly string[]
  /** The middle of the lane of a channel, from the top. */
  laneAt: (channel: number) => number
  at?: string
  choose: (at: string) => void
}

interface Mark {
  step: Step
  channel: string
  touchpoints: StepTouchpoint[]
  x: number
}

/** The touchpoints as marks. Tab goes to one of them, arrow keys go on from there, Enter chooses its moment. */
export function Marks({ steps, places, channels, laneAt, at, choose }: MarksProps) {
  const group = useRef<SVGGElement>(null)
  const marks = marksOf(steps, places, channels)
  const chosen = marks.findLastIndex((one) => one.step.at === at)
  const [focused, setFocused] = useState(-1)
  const stop = focused >= 0 && focused < marks.length ? focused : chosen >= 0 ? chosen : marks.length - 1

  const press = (e: KeyboardEvent) => {
    const to = { ArrowLeft: stop - 1, ArrowUp: stop - 1, ArrowRight: stop + 1, ArrowDown: stop + 1, Home: 0, End: marks.length - 1 }[e.key]
    if (e.key === 'Enter' || e.key === ' ') choose(marks[stop]!.step.at)
    else if (to === undefined) return
    e.preventDefault()
    if (to === undefined) return
    const next = Math.min(marks.length - 1, Math.max(0, to))
    setFocused(next)
    group.current?.querySelectorAll<SVGElement>('[role=button]')[next]?.focus()
  }

  return (
    <g ref={group} onKeyDown={press}>
      {marks.map((mark, i) => {
        const text = said(mark)
        const y = laneAt(channels.indexOf(mark.channel))
        return (
          <g
            key={i}
            class="mark"
            role="button"
            tabindex={i === stop ? 0 : -1}
            aria-label={text}
            aria-pressed={mark.step.at === at}
            transform={`translate(${mark.x} ${y})`}
            onClick={() => choose(mark.step.at)}
            onFocus={() => setFocused(i)}
          >
            <title>{text}</title>
            <rect class="target" x={-6} y={-12} width={12} height={24} />
            {mark.touchpoints.some((one) => registry.vocabulary.milestones.includes(one.type)) ? (
              <path d="M0,-8 8,0 0,8 -8,0z" />
            ) : (
              <circle r={5} />
            )}
          </g>
        )
      })}
    </g>
  )
}

function marksOf(steps: readonly Step[], places: readonly number[], channels: readonly string[]): Mark[] {
  return steps.flatMap((step, i) =>
    channels.flatMap((channel) => {
      const touchpoints = step.touchpoints.filter((one) => one.channel === channel)
      return touchpoints.length === 0 ? [] : [{ step, channel, touchpoints, x: places[i]! }]
    }),
  )
}

function said({ step, channel, touchpoints }: Mark): string {
  const what = touchpoints.map((one) => nameOf(one.type) + (one.item ? ` (${one.item})` : '')).join(', ')
  return words.value.visitor.mark(what, nameOf(channel), formatDateTime(step.at), phaseName(step.phase))
}
