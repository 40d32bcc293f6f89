import type { MapMove } from '../../api/journeymap'

type Side = 'from' | 'to'

export interface FlowNode {
  phase: string
  side: Side
  moves: number
  x: number
  y: number
  width: number
  height: number
}

export interface FlowStream {
  move: MapMove
  /** The middle line of the stream. */
  path: string
  thickness: number
}

export interface Flow {
  nodes: FlowNode[]
  streams: FlowStream[]
}

const nodeWidth = 12
const padding = 18

/**
 * Lays moves out between two columns: where they came from on the left, where
 * they went on the right. Journeys lead back, so every phase may be on both.
 * Nodes and streams are as high as they have moves, in the order of the phases.
 */
export function flow(moves: readonly MapMove[], phases: readonly string[], width: number, height: number): Flow {
  const total = sum(moves)
  if (total === 0) return { nodes: [], streams: [] }
  const order = ['', ...phases, ...moves.map((one) => one.to)].filter((phase, i, all) => all.indexOf(phase) === i)
  const used = (side: Side) => order.filter((phase) => moves.some((one) => one[side] === phase))
  const most = Math.max(used('from').length, used('to').length)
  const scale = (height - padding * (most - 1)) / total

  const column = (side: Side): FlowNode[] => {
    let y = 0
    return used(side).map((phase) => {
      const count = sum(moves.filter((one) => one[side] === phase))
      const node = { phase, side, moves: count, x: side === 'from' ? 0 : width - nodeWidth, y, width: nodeWidth, height: count * scale }
      y += node.height + padding
      return node
    })
  }
  const nodes = [...column('from'), ...column('to')]

  // At its node a stream lies below those that go to, or come from, earlier phases.
  const middle = (move: MapMove, side: Side, other: Side) => {
    const above = moves.filter((one) => one[side] === move[side] && order.indexOf(one[other]) < order.indexOf(move[other]))
    const node = nodes.find((one) => one.side === side && one.phase === move[side])!
    return node.y + (sum(above) + move.moves / 2) * scale
  }
  const streams = moves.map((move) => {
    const [from, to] = [round(middle(move, 'from', 'to')), round(middle(move, 'to', 'from'))]
    const half = width / 2
    return { move, thickness: move.moves * scale, path: `M${nodeWidth},${from}C${half},${from} ${half},${to} ${width - nodeWidth},${to}` }
  })
  return { nodes, streams }
}

const sum = (moves: readonly MapMove[]) => moves.reduce((n, one) => n + one.moves, 0)
const round = (n: number) => Math.round(n * 10) / 10
