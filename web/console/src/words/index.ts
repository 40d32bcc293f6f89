import { computed } from '@preact/signals'
import { language } from '../state/preferences'
import { de } from './de'
import { en } from './en'

/** All text of the interface. English is the dictionary's type, so that a missing German text is a type error. */
export type Words = typeof en

/** The words in the language that was chosen. */
export const words = computed<Words>(() => (language.value === 'de' ? de : en))

export { formatDate, formatDateTime, formatDuration, formatNumber, formatPercent, formatRelative } from './format'
