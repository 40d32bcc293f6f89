import type { MapMove } from '../../api/journeymap'
import { phaseName, phases } from '../../state/phases'
import { phaseColour } from '../../ui/badge'
import { useWidth } from '../../ui/width'
import { formatNumber, words } from '../../words'
import { flow, type FlowNode } from './flow'

/** The name of the place that a move comes from, which may be none. */
export function fromName(phase: string): string {
  return phase === '' ? words.value.journeys.firstSeen : phaseName(phase)
}

function moveText(move: MapMove): string {
  return `${fromName(move.from)} → ${phaseName(move.to)}: ${formatNumber(move.moves)}`
}

const height = 340
const edge = 8 // for names that are higher than their node

/** The moves between phases as streams from the left to the right. */
export function FlowPicture({ moves }: { moves: readonly MapMove[] }) {
  const w = words.value.journeys
  const [box, width] = useWidth<HTMLDivElement>()
  const { nodes, streams } = flow(moves, phases.value, Math.max(240, width), height)
  return (
    <div ref={box}>
      <p class="row apart small quiet" aria-hidden="true"><span>{words.value.common.from}</span><span>{w.right}</span></p>
      {width > 0 && (
        <svg class="flow" width={Math.max(240, width)} height={height + 2 * edge} role="img" aria-label={w.flow}>
          <g transform={`translate(0 ${edge})`}>
            <g fill="none">
              {streams.map(({ move, path, thickness }) => (
                <path
                  key={`${move.from} ${move.to}`}
                  class={`stream phase-${phaseColour(move.from || move.to)}`}
                  d={path}
                  stroke-width={Math.max(1, thickness)}
                >
                  <title>{moveText(move)}</title>
                </path>
              ))}
            </g>
            {nodes.map((node) => <Node key={`${node.side} ${node.phase}`} node={node} />)}
          </g>
        </svg>
      )}
    </div>
  )
}

function Node({ node }: { node: FlowNode }) {
  const left = node.side === 'from'
  return (
    <g class={`phase-${phaseColour(node.phase)}`}>
      <rect class="flow-node" x={node.x} y={node.y} width={node.width} height={Math.max(1, node.height)} />
      <text x={left ? node.x + node.width + 6 : node.x - 6} y={node.y + node.height / 2 + 4} text-anchor={left ? 'start' : 'end'}>
        {left ? fromName(node.phase) : phaseName(node.phase)} <tspan class="flow-count">{formatNumber(node.moves)}</tspan>
      </text>
    </g>
  )
}
