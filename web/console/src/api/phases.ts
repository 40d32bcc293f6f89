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
  const names = [...new Set([...sum.rows, ...page.rows].map((row) => row.phase))]
  const rows = names.map((phase) => {
    const both = [...sum.rows, ...page.rows].filter((row) => row.phase === phase)
    const count = both.reduce((n, row) => n + row.visitors, 0)
    const standings: Record<string, number> = {}
    for (const row of both) {
      for (const [name, n] of Object.entries(row.standings)) standings[name] = (standings[name] ?? 0) + n
    }
    return { phase, visitors: count, share: visitors === 0 ? 0 : count / visitors, standings }
  })
  return { at: sum.at, snapshot: sum.snapshot, visitors, rows, next: page.next }
}
