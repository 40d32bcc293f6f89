import { signal } from '@preact/signals'
import type { VersionedRow } from '../../api/config'
import type { PreviewRequest } from '../../api/decision'

export const consents = ['stored', 'none', 'personalization', 'all'] as const

/** The circumstances in which placements are asked for. */
export interface Situation {
  /** What the page sends along, by name, as it was entered. */
  context: Record<string, string>
  consent: (typeof consents)[number]
}

/** Kept while the console is open, so that going from visitor to visitor asks the same. */
export const situation = signal<Situation>({ context: { channel: 'web' }, consent: 'stored' })

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
export function asked({ context, consent }: Situation, declared: readonly Declared[]): Pick<PreviewRequest, 'context' | 'consent'> {
  const typed = (name: string, text: string) => {
    const type = declared.find((one) => one.name === name)?.type
    return type === 'number' ? Number(text.replace(',', '.')) : type === 'bool' ? text === 'true' : text
  }
  const filled = Object.entries(context).filter(([, text]) => text.trim() !== '')
  return { context: Object.fromEntries(filled.map(([name, text]) => [name, typed(name, text.trim())])), consent: given[consent] }
}

const given: Record<Situation['consent'], PreviewRequest['consent']> = {
  stored: undefined,
  none: 'none',
  personalization: ['personalization'],
  all: ['personalization', 'measurement', 'advertising'],
}
