import type { PreviewRequest } from '../../api/decision'

export type Unit = 'now' | 'minutes' | 'hours' | 'days'

export const units: readonly Unit[] = ['now', 'minutes', 'hours', 'days']

/** A touchpoint that did not happen, as the form has it. */
export interface Pretended {
  type: string
  channel: string
  item: string
  amount: number
  unit: Unit
}

export const likely: Pretended = { type: 'cart_add', channel: 'web', item: '', amount: 0, unit: 'now' }

const lengths: Record<Unit, number> = { now: 0, minutes: 60_000, hours: 3_600_000, days: 86_400_000 }

/** The touchpoints as a preview takes them, so long before the moment of the decision. */
export function pretendedAt(touchpoints: readonly Pretended[], moment: number): PreviewRequest['touchpoints'] {
  return touchpoints.map(({ type, channel, item, amount, unit }) => ({
    type,
    channel: channel.trim(),
    item: item.trim() || undefined,
    at: new Date(moment - lengths[unit] * Math.max(0, amount)).toISOString(),
  }))
}
