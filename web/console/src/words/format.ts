import { language } from '../state/preferences'

type NumberOptions = Intl.NumberFormatOptions

const region = { de: 'de-AT', en: 'en-GB' } as const

/** Numbers, shares and moments as the chosen language writes them, in the browser's own time zone. */
export function formatNumber(n: number, options: NumberOptions = {}): string {
  return new Intl.NumberFormat(region[language.value], options).format(n)
}

/** A share from 0 to 1 as a percentage. */
export function formatPercent(share: number, digits = 0): string {
  return formatNumber(share, { style: 'percent', maximumFractionDigits: digits })
}

export function formatDateTime(at: string | Date): string {
  return new Intl.DateTimeFormat(region[language.value], { dateStyle: 'medium', timeStyle: 'short' }).format(new Date(at))
}

export function formatDate(at: string | Date): string {
  return new Intl.DateTimeFormat(region[language.value], { dateStyle: 'medium' }).format(new Date(at))
}

const steps: [Intl.RelativeTimeFormatUnit, number][] = [
  ['day', 86_400],
  ['hour', 3_600],
  ['minute', 60],
]

/** A time that something takes, in its largest unit: 3.5 hours. */
export function formatDuration(seconds: number): string {
  const [unit, size] = steps.find(([, one]) => seconds >= one) ?? ['second', 1]
  return formatNumber(seconds / size, { style: 'unit', unit, unitDisplay: 'long', maximumFractionDigits: size === 1 ? 0 : 1 })
}

/** A moment as its distance from now: 3 hours ago. Farther than 30 days away it is the date; less than a minute counts only where it is exact. */
export function formatRelative(at: string | Date, now = Date.now(), exact = false): string {
  const seconds = (new Date(at).getTime() - now) / 1000
  if (Math.abs(seconds) > 30 * 86_400) return formatDate(at)
  const words = new Intl.RelativeTimeFormat(region[language.value], { numeric: 'auto' })
  for (const [unit, size] of steps) {
    if (Math.abs(seconds) >= size) return words.format(Math.trunc(seconds / size), unit)
  }
  return words.format(exact ? Math.round(seconds) : 0, 'second')
}
