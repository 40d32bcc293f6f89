import type { Sample } from '../../state/run'

/** The form of a sample as it is filled in. Moments are as the browser's own control writes them. */
export interface SampleForm {
  /** How many visitors; 0: everybody. */
  visitors: number
  when: 'now' | 'at' | 'period'
  /** The moment, or when the period begins. */
  at: string
  until: string
  /** What the pages would send along; empty: nothing. */
  channel: string
  locale: string
}

export const emptyForm: SampleForm = { visitors: 0, when: 'now', at: '', until: '', channel: '', locale: '' }

/** How many visitors may be chosen. */
export const sizes = [0, 100, 1000, 10_000]

/** The sample that a form stands for. */
export function sampleOf({ visitors, when, at, until, ...sent }: SampleForm): Sample {
  const context = Object.fromEntries(Object.entries(sent).map(([name, text]) => [name, text.trim()]).filter(([, text]) => text))
  const sample: Sample = { visitors: visitors || undefined, context }
  if (when === 'at') return { ...sample, at: moment(at) }
  if (when === 'period') return { ...sample, since: moment(at), until: moment(until) }
  return sample
}

function moment(local: string): string | undefined {
  return local === '' ? undefined : new Date(local).toISOString()
}

/** A moment as the browser's control wants it, in its own zone. */
export function localMoment(at: Date): string {
  const shifted = new Date(at.getTime() - at.getTimezoneOffset() * 60_000)
  return shifted.toISOString().slice(0, 16)
}
