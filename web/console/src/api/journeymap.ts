import { merged } from './merge'

/** What every page of a report says: its time, what it counted by, and how to go on. */
export interface ReportPage {
  since?: string
  until: string
  snapshot: string
  visitors: number
  next?: string
}

export interface MapMove {
  /** Empty where somebody was seen for the first time. */
  from: string
  to: string
  moves: number
  visitors: number
  /** How long they had stood in from, all moves together. */
  seconds: number
}

export interface MapPhase {
  phase: string
  touchpoints: number
  visitors: number
}

export interface MapChannel {
  phase: string
  channel: string
  touchpoints: number
}

export interface JourneyMap extends ReportPage {
  moves: MapMove[]
  phases: MapPhase[]
  channels: MapChannel[]
}

/** The figures of two pages of one map together. */
export function addMaps(sum: JourneyMap, page: JourneyMap): JourneyMap {
  const order = (phase: string) => sum.phases.findIndex((one) => one.phase === phase)
  const moves = merged([...sum.moves, ...page.moves], 'from', 'to')
  const phases = merged([...sum.phases, ...page.phases], 'phase')
  const channels = merged([...sum.channels, ...page.channels], 'phase', 'channel')
  moves.sort((a, b) => order(a.from) - order(b.from) || order(a.to) - order(b.to))
  channels.sort((a, b) => order(a.phase) - order(b.phase) || (a.channel < b.channel ? -1 : 1))
  return { ...sum, visitors: sum.visitors + page.visitors, next: page.next, moves, phases, channels }
}
