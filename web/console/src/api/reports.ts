import { call } from './call'
import { add, type PhasesReport } from './phases'

export type { PhasesReport } from './phases'

/** Counts all visitors page by page, handing over the sum so far after each. */
export async function readPhases(soFar: (sum: PhasesReport) => void, signal: AbortSignal): Promise<void> {
  let sum: PhasesReport | undefined
  do {
    const query = { at: sum?.at, after: sum?.next }
    const page: PhasesReport = (await call<PhasesReport>('GET', '/v1/reports/phases', { query, signal })).body
    sum = sum ? add(sum, page) : page
    soFar(sum)
  } while (sum.next)
}
