import { call } from './call'
import { addFunnels, type Funnel } from './funnel'
import { addMaps, type JourneyMap, type ReportPage } from './journeymap'
import { addUp } from './pages'
import { add, type PhasesReport } from './phases'

export type { PhasesReport } from './phases'

/** The time of a report. Without since it is about everything up to until, without until up to now. */
export interface ReportTime {
  since?: string
  until?: string
}

/** Counts all visitors page by page, handing over the sum so far after each. */
export async function readPhases(soFar: (sum: PhasesReport) => void, signal: AbortSignal): Promise<void> {
  const page = async (sum?: PhasesReport) =>
    (await call<PhasesReport>('GET', '/v1/reports/phases', { query: { at: sum?.at, after: sum?.next }, signal })).body
  await addUp(page, add, soFar)
}

/** The same, for what visitors did in which phase and how they moved. */
export async function readJourneyMap(time: ReportTime, soFar: (sum: JourneyMap) => void, signal: AbortSignal): Promise<void> {
  await addUp(pageOf<JourneyMap>('/v1/reports/journey-map', time, signal), addMaps, soFar)
}

/** The same, for how far they came. */
export async function readFunnel(time: ReportTime, soFar: (sum: Funnel) => void, signal: AbortSignal): Promise<void> {
  await addUp(pageOf<Funnel>('/v1/reports/funnel', time, signal), addFunnels, soFar)
}

function pageOf<P extends ReportPage>(report: string, time: ReportTime, signal: AbortSignal) {
  return async (sum?: P): Promise<P> => {
    const query = { since: time.since, until: sum?.until ?? time.until, after: sum?.next }
    return (await call<P>('GET', report, { query, signal })).body
  }
}
