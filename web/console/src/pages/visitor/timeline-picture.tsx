import { useEffect, useRef } from 'preact/hooks'
import type { Journey, Step } from '../../api/journey'
import { phases } from '../../state/phases'
import { nameOf } from '../../state/vocabulary'
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
const edge = 9 // for marks at the very beginning

const lanes = band + gap + scores + gap
const laneAt = (n: number) => lanes + (n + 0.5) * lane

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
  const names = width < 560 ? 80 : 112
  const room = width - names
  const end = Math.max(Date.parse(journey.at), at ? Date.parse(at) : 0)
  const scale = timeScale([...steps.map((step) => Date.parse(step.at)), end], room - edge - tail, least)
  const channels = [...new Set(steps.flatMap((step) => step.touchpoints.map((one) => one.channel)))]
  const bottom = lanes + channels.length * lane
  const chosen = placeOf(scale, at ? Date.parse(at) : end)
  const touchpoints = steps.reduce((n, step) => n + step.touchpoints.length, 0)
  const box = useRef<HTMLDivElement>(null)
  useEffect(() => {
    const view = box.current
    const x = edge + chosen
    if (view && (x < view.scrollLeft || x + tail > view.scrollLeft + room)) view.scrollLeft = x + tail - room
  }, [chosen, room])
  const pick = (e: MouseEvent) => {
    const { left } = (e.currentTarget as Element).getBoundingClientRect()
    const moment = momentAt(scale, e.clientX - left)
    choose(moment >= end ? undefined : new Date(moment).toISOString())
  }
  return (
    <div class="timeline">
      <LaneNames channels={channels} width={names} />
      <div ref={box} class="picture-scroll">
        <svg
          width={edge + scale.width + tail}
          height={bottom + axis}
          role="group"
          aria-label={w.timelineLabel(touchpoints, formatDateTime(steps[0]?.at ?? journey.at), formatDateTime(new Date(end)))}
        >
          <g transform={`translate(${edge} 0)`}>
            <g aria-hidden="true">
              {channels.map((channel, i) => <line key={channel} class="lane-line" x2={scale.width} y1={laneAt(i)} y2={laneAt(i)} />)}
              <Band steps={steps} scale={scale} end={end} journey={journey} />
              <Areas steps={steps} scale={scale} journey={journey} />
              <Axis scale={scale} y={bottom} />
              <rect class="pick" width={scale.width} height={bottom} onClick={pick} />
              {chosen < scale.width && <rect class="later" x={chosen} width={scale.width + tail - chosen} height={bottom} />}
            </g>
            <Marks steps={steps} places={scale.places} channels={channels} laneAt={laneAt} at={at} choose={choose} />
            <g aria-hidden="true">
              <line class="chosen" x1={chosen} x2={chosen} y1={0} y2={bottom} />
              <path class="chosen-head" d={`M${chosen - 5},0h10l-5,7z`} />
            </g>
          </g>
        </svg>
      </div>
    </div>
  )
}

/** What stands left of the picture, and stays there when it is scrolled. */
function LaneNames({ channels, width }: { channels: readonly string[]; width: number }) {
  const w = words.value.visitor
  return (
    <svg class="lane-names" width={width} height={lanes + channels.length * lane} aria-hidden="true">
      <text y={band / 2 + 4}>{words.value.common.phase}</text>
      <text y={band + gap + 14}>{w.scores}</text>
      {channels.map((channel, i) => <text key={channel} y={laneAt(i) + 4}>{fitted(nameOf(channel), width - 8)}</text>)}
    </svg>
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
