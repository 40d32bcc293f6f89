import { merged } from './merge'

export interface PhasesReport {
  at: string
  snapshot: string
  visitors: number
  rows: { phase: string; visitors: number; share: number; standings: Record<string, number> }[]
  /** Behind which the next page starts; none on the last one. */
  next?: string
}

/** The figures of two pages of one walk together. */
export function add(sum: PhasesReport, page: PhasesReport): PhasesReport {
  const visitors = sum.visitors + page.visitors
  const rows = merged([...sum.rows, ...page.rows], 'phase').map((row) => ({ ...row, share: visitors === 0 ? 0 : row.visitors / visitors }))
  return { ...sum, visitors, rows, next: page.next }
}
