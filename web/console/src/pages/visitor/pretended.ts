import type { PreviewRequest } from '../../api/decision'

/** A touchpoint that did not happen, so many days before the moment of the decision. */
export interface Pretended {
  type: string
  channel: string
  item: string
  days: number
}

export const likely: Pretended = { type: 'cart_add', channel: 'web', item: '', days: 0 }

/** The touchpoints as a preview takes them. */
export function pretendedAt(touchpoints: readonly Pretended[], moment: number): PreviewRequest['touchpoints'] {
  return touchpoints.map(({ type, channel, item, days }) => ({
    type,
    channel: channel.trim(),
    item: item.trim() || undefined,
    at: new Date(moment - 86_400_000 * Math.max(0, days)).toISOString(),
  }))
}
