import type { ReportPage } from './journeymap'
import { merged } from './merge'

export interface FunnelRow {
  phase: string
  /** Were in it. */
  visitors: number
  /** Came to it and no further. */
  furthest: number
  /** Came to it or further. */
  reached: number
}

export interface Funnel extends ReportPage {
  /** Every phase, in order. */
  rows: FunnelRow[]
}

/** The figures of two pages of one funnel together. */
export function addFunnels(sum: Funnel, page: Funnel): Funnel {
  return { ...sum, visitors: sum.visitors + page.visitors, next: page.next, rows: merged([...sum.rows, ...page.rows], 'phase') }
}
