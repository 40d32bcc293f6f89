import type { Of } from '../../api/dryrun'
import type { Sample } from '../../state/run'

/** The form of a sample as it is filled in. Moments are as the browser's own control writes them. */
export interface SampleForm {
  of: Of
  /** How many visitors; 0: everybody. */
  visitors: number
  when: 'now' | 'at' | 'period'
  /** The moment, or when the period begins. Empty for recorded decisions: from the first one on. */
  at: string
  until: string
  /** Names with commas between them; empty: all. */
  placements: string
  /** What the pages would send along; empty: nothing. */
  channel: string
  locale: string
}

export const emptyForm: SampleForm = { of: 'decisions', visitors: 0, when: 'now', at: '', until: '', placements: '', channel: '', locale: '' }

/** How many visitors may be chosen. */
export const sizes = [0, 100, 1000, 10_000]

/** The sample that a form stands for. */
export function sampleOf({ of, visitors, when, at, until, placements, ...sent }: SampleForm): Sample {
  const names = placements.split(',').map((name) => name.trim()).filter(Boolean)
  const period = { since: moment(at), until: moment(until) }
  const sample: Sample = names.length > 0 ? { placements: names } : {}
  if (of === 'decisions') return { ...sample, ...period }
  const context = Object.fromEntries(Object.entries(sent).map(([name, text]) => [name, text.trim()]).filter(([, text]) => text))
  return {
    ...sample, sample: of, visitors: visitors || undefined, context,
    ...(when === 'at' ? { at: period.since } : when === 'period' ? period : {}),
  }
}

function moment(local: string): string | undefined {
  return local === '' ? undefined : new Date(local).toISOString()
}

/** A moment as the browser's control wants it, in its own zone. */
export function localMoment(at: Date): string {
  const shifted = new Date(at.getTime() - at.getTimezoneOffset() * 60_000)
  return shifted.toISOString().slice(0, 16)
}
