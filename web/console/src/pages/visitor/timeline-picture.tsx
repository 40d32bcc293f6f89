import { useEffect, useRef } from 'preact/hooks'
import type { Journey, Step } from '../../api/journey'
import { phases } from '../../state/phases'
import { channelName } from '../../state/vocabulary'
import { phaseColour } from '../../ui/badge'
import { formatDate, formatDateTime, words } from '../../words'
import { momentAt, placeOf, scoreArea, spread, stretches, timeScale, type TimeScale } from './geometry'
import { fitted, phaseLabel } from './label'
import { Marks } from './marks'

const band = 30
const scores = 72
const lane = 28
const gap = 10
const axis = 24
const least = 12 // between two steps, in pixels
const tail = 20 // how the visitor stands at the end, behind the last step

interface PictureProps {
  /** As of the end of the timeline. */
  journey: Journey
  steps: readonly Step[]
  /** The chosen moment; the end without. */
  at?: string
  width: number
  choose: (at: string | undefined) => void
}

/** The journey drawn: phases as a band, scores stacked under it, touchpoints in a lane for each channel. */
export function TimelinePicture({ journey, steps, at, width, choose }: PictureProps) {
  const w = words.value.visitor
  const left = width < 560 ? 84 : 116
  const end = Math.max(Date.parse(journey.at), at ? Date.parse(at) : 0)
  const scale = timeScale([...steps.map((step) => Date.parse(step.at)), end], width - left - tail, least)
  const channels = [...new Set(steps.flatMap((step) => step.touchpoints.map((one) => one.channel)))]
  const lanes = band + gap + scores + gap
  const bottom = lanes + channels.length * lane
  const chosen = placeOf(scale, at ? Date.parse(at) : end)
  const touchpoints = steps.reduce((n, step) => n + step.touchpoints.length, 0)
  const box = useRef<HTMLDivElement>(null)
  useEffect(() => {
    const view = box.current
    if (view && (chosen < view.scrollLeft || left + chosen + tail > view.scrollLeft + width)) view.scrollLeft = left + chosen + tail - width
  }, [chosen, width])
  const pick = (e: MouseEvent) => {
    const box = (e.currentTarget as Element).getBoundingClientRect()
    const moment = momentAt(scale, e.clientX - box.left)
    choose(moment >= end ? undefined : new Date(moment).toISOString())
  }
  return (
    <div ref={box} class="picture-scroll">
      <svg
        class="timeline"
        width={left + scale.width + tail}
        height={bottom + axis}
        role="group"
        aria-label={w.timelineLabel(touchpoints, formatDateTime(steps[0]?.at ?? journey.at), formatDateTime(new Date(end)))}
      >
        <g aria-hidden="true">
          <text class="lane-name" x={0} y={band / 2 + 4}>{w.phaseRow}</text>
          <text class="lane-name" x={0} y={band + gap + 14}>{w.scores}</text>
          {channels.map((channel, i) => (
            <g key={channel}>
              <text class="lane-name" x={0} y={lanes + (i + 0.5) * lane + 4}>{fitted(channelName(channel), left - 8)}</text>
              <line class="lane-line" x1={left} x2={left + scale.width} y1={lanes + (i + 0.5) * lane} y2={lanes + (i + 0.5) * lane} />
            </g>
          ))}
        </g>
        <g transform={`translate(${left} 0)`} aria-hidden="true">
          <Band steps={steps} scale={scale} end={end} journey={journey} />
          <Areas steps={steps} scale={scale} journey={journey} />
          <Axis scale={scale} y={bottom} />
          <rect class="pick" width={scale.width} height={bottom} onClick={pick} />
          {chosen < scale.width && <rect class="later" x={chosen} width={scale.width + tail - chosen} height={bottom} />}
        </g>
        <g transform={`translate(${left} 0)`}>
          <Marks steps={steps} places={scale.places} channels={channels} top={lanes} lane={lane} at={at} choose={choose} />
          <g aria-hidden="true">
            <line class="chosen" x1={chosen} x2={chosen} y1={0} y2={bottom} />
            <path class="chosen-head" d={`M${chosen - 5},0h10l-5,7z`} />
          </g>
        </g>
      </svg>
    </div>
  )
}

function Band({ steps, scale, end, journey }: { steps: readonly Step[]; scale: TimeScale; end: number; journey: Journey }) {
  const parts = stretches(steps, end).map((one) => ({ phase: one.phase, from: placeOf(scale, one.start), to: placeOf(scale, one.end) }))
  if (journey.phase) parts.push({ phase: journey.phase.name, from: scale.width, to: scale.width + tail })
  return (
    <>
      {parts.map(({ phase, from, to }, i) => (
        <g key={i} class={`phase-${phaseColour(phase)}`}>
          <rect class="band" x={from} width={Math.max(1, to - from - 1)} height={band} />
          <rect class="band-edge" x={from} width={Math.max(1, to - from - 1)} height={4} />
          <text class="band-name" x={from + 5} y={band / 2 + 7}>{phaseLabel(phase, to - from - 8)}</text>
        </g>
      ))}
    </>
  )
}

function Areas({ steps, scale, journey }: { steps: readonly Step[]; scale: TimeScale; journey: Journey }) {
  const last = journey.phase ? [{ scores: journey.phase.scores }] : []
  const places = [...scale.places, scale.width + tail]
  return (
    <g transform={`translate(0 ${band + gap})`}>
      <rect class="score-ground" width={scale.width + tail} height={scores} />
      {phases.value.map((name) => (
        <path key={name} class={`score phase-${phaseColour(name)}`} d={scoreArea([...steps, ...last], phases.value, name, places, scores)} />
      ))}
    </g>
  )
}

function Axis({ scale, y }: { scale: TimeScale; y: number }) {
  const days = scale.moments.map((at) => formatDate(new Date(at)))
  const first = days.flatMap((day, i) => (day === days[i - 1] ? [] : [i]))
  const left = first.map((i) => Math.min(scale.places[i]!, Math.max(0, scale.width - 60)))
  return (
    <g class="axis">
      {spread(left, 96).map((n) => (
        <g key={n}>
          <line x1={scale.places[first[n]!]} x2={scale.places[first[n]!]} y1={y} y2={y + 5} />
          <text x={left[n]} y={y + 18}>{days[first[n]!]}</text>
        </g>
      ))}
    </g>
  )
}
