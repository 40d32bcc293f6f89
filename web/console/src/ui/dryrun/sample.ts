import type { Sample } from '../../state/run'

/** The form of a sample as it is filled in. Moments are as the browser's own control writes them. */
export interface SampleForm {
  /** How many visitors; 0: everybody. */
  visitors: number
  when: 'now' | 'at' | 'period'
  at: string
  since: string
  until: string
  /** Those that are left out. */
  without: string[]
  channel: string
  locale: string
}

export const emptyForm: SampleForm = { visitors: 0, when: 'now', at: '', since: '', until: '', without: [], channel: '', locale: '' }

/** How many visitors may be chosen. */
export const sizes = [0, 100, 1000, 10_000]

export type SampleFault = 'placements' | 'at' | 'period'

/** The sample that a form stands for, or what is wrong with it. */
export function sampleOf(form: SampleForm, placements: readonly string[]): Sample | SampleFault {
  const chosen = placements.filter((one) => !form.without.includes(one))
  if (placements.length > 0 && chosen.length === 0) return 'placements'
  const sample: Sample = {}
  if (form.visitors > 0) sample.visitors = form.visitors
  if (chosen.length < placements.length) sample.placements = chosen
  const context: Record<string, string> = {}
  if (form.channel !== '') context.channel = form.channel
  if (form.locale.trim() !== '') context.locale = form.locale.trim()
  if (Object.keys(context).length > 0) sample.context = context
  if (form.when === 'at') {
    const at = moment(form.at)
    if (at === undefined) return 'at'
    sample.at = at
  }
  if (form.when === 'period') {
    const since = moment(form.since)
    const until = moment(form.until)
    if (since === undefined || (form.until !== '' && until === undefined)) return 'at'
    if (until !== undefined && since > until) return 'period'
    sample.since = since
    if (until !== undefined) sample.until = until
  }
  return sample
}

function moment(local: string): string | undefined {
  const at = new Date(local)
  return local === '' || Number.isNaN(at.getTime()) ? undefined : at.toISOString()
}

/** A moment as the browser's control wants it, in its own zone. */
export function localMoment(at: Date): string {
  const shifted = new Date(at.getTime() - at.getTimezoneOffset() * 60_000)
  return shifted.toISOString().slice(0, 16)
}
