import type { ReportTime } from '../../api/reports'

export const windowNames = ['30', '90', '365', 'all', 'chosen'] as const
export type WindowName = (typeof windowNames)[number]

/** The time that is looked at: so many days back, everything, or from one day to another. */
export interface Chosen {
  name: WindowName
  /** Days such as 2026-11-22, of a window that was chosen; either may be empty. */
  from: string
  to: string
}

export function chosenOf(query: URLSearchParams): Chosen {
  const [from, to] = [day(query.get('from')), day(query.get('to'))]
  const name = windowNames.find((one) => one === query.get('time')) ?? '90'
  return { name, from, to }
}

function day(text: string | null): string {
  return text && /^\d{4}-\d\d-\d\d$/.test(text) && !Number.isNaN(Date.parse(text)) ? text : ''
}

/** The beginning and the end for a report, days as those of the browser's zone; null where they are the wrong way round. */
export function timeOf({ name, from, to }: Chosen, now: number): ReportTime | null {
  if (name === 'all') return {}
  if (name !== 'chosen') return { since: new Date(now - Number(name) * 86_400_000).toISOString() }
  if (from && to && from > to) return null
  return {
    since: from ? new Date(`${from}T00:00:00`).toISOString() : undefined,
    until: to ? new Date(`${to}T23:59:59.999`).toISOString() : undefined,
  }
}
