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
  const moves = merged([...sum.moves, ...page.moves], (one) => [one.from, one.to], (a, b) => ({
    ...a, moves: a.moves + b.moves, visitors: a.visitors + b.visitors, seconds: a.seconds + b.seconds,
  }))
  const phases = merged([...sum.phases, ...page.phases], (one) => [one.phase], (a, b) => ({
    ...a, touchpoints: a.touchpoints + b.touchpoints, visitors: a.visitors + b.visitors,
  }))
  const channels = merged([...sum.channels, ...page.channels], (one) => [one.phase, one.channel], (a, b) => ({
    ...a, touchpoints: a.touchpoints + b.touchpoints,
  }))
  moves.sort((a, b) => order(a.from) - order(b.from) || order(a.to) - order(b.to))
  channels.sort((a, b) => order(a.phase) - order(b.phase) || (a.channel < b.channel ? -1 : 1))
  return { ...sum, visitors: sum.visitors + page.visitors, next: page.next, moves, phases, channels }
}

/** Adds up the rows that have the same key, each where the first of them was. */
export function merged<Row>(rows: readonly Row[], key: (row: Row) => readonly string[], add: (a: Row, b: Row) => Row): Row[] {
  const found = new Map<string, Row>()
  for (const row of rows) {
    const name = JSON.stringify(key(row))
    const before = found.get(name)
    found.set(name, before === undefined ? row : add(before, row))
  }
  return [...found.values()]
}
