import { signal } from '@preact/signals'
import type { VersionedRow } from '../../api/config'
import type { PreviewRequest } from '../../api/decision'

/** The circumstances in which placements are asked for. */
export interface Situation {
  channel: string
  locale: string
  country: string
  /** Declared context keys, as they were entered. */
  more: Record<string, string>
  consent: 'stored' | 'none' | 'personalization' | 'all'
  /** All placements in one answer. */
  together: boolean
}

export const usual: Situation = { channel: 'web', locale: '', country: '', more: {}, consent: 'stored', together: false }

/** Kept while the console is open, so that going from visitor to visitor asks the same. */
export const situation = signal<Situation>(usual)

/** A context key that a settings row declares. */
export interface Declared {
  name: string
  type: string
}

const prefix = 'context.'

export function declaredIn(settings: readonly VersionedRow[]): Declared[] {
  return settings
    .filter(({ row }) => row.id.startsWith(prefix))
    .map(({ row }) => ({ name: row.id.slice(prefix.length), type: String(row.value ?? 'text') }))
}

/** The part of a preview that the circumstances make. What was left empty is not sent. */
export function asked(s: Situation, declared: readonly Declared[]): Pick<PreviewRequest, 'context' | 'consent'> {
  const context: Record<string, string | number | boolean> = {}
  for (const name of ['channel', 'locale', 'country'] as const) {
    if (s[name].trim() !== '') context[name] = s[name].trim()
  }
  for (const { name, type } of declared) {
    const text = (s.more[name] ?? '').trim()
    if (text !== '') context[name] = type === 'number' ? Number(text.replace(',', '.')) : type === 'bool' ? text === 'true' : text
  }
  return { context, consent: consents[s.consent] }
}

const consents: Record<Situation['consent'], PreviewRequest['consent']> = {
  stored: undefined,
  none: 'none',
  personalization: ['personalization'],
  all: ['personalization', 'measurement', 'advertising'],
}

/** What was entered, to be said in a line. */
export function named(s: Situation, declared: readonly Declared[]): string[] {
  const more = declared.filter(({ name }) => s.more[name]).map(({ name }) => `${name} ${s.more[name]}`)
  return [s.channel, s.locale, s.country, ...more].filter((one) => one !== '')
}

/** The declared keys whose text is no number although it should be. */
export function notNumbers(s: Situation, declared: readonly Declared[]): string[] {
  return declared
    .filter(({ name, type }) => type === 'number' && Number.isNaN(Number((s.more[name] ?? '').trim().replace(',', '.'))))
    .map(({ name }) => name)
}
