import { href, route } from '../../state/route'

export const tabNames = ['journey', 'sees', 'tryout'] as const
export type TabName = (typeof tabNames)[number]

/** What the page shows, as its address says it. */
export interface Place {
  /** Empty: nobody. */
  visitor: string
  /** The moment looked at; now without. */
  at?: string
  tab: TabName
  /** A touchpoint type to pretend at first. */
  pretend?: string
}

export function currentPlace(): Place {
  const { parts, query } = route.value
  const at = query.get('at') ?? ''
  return {
    visitor: parts[0] ?? '',
    at: Number.isNaN(Date.parse(at)) ? undefined : at,
    tab: tabNames.find((one) => one === query.get('tab')) ?? 'journey',
    pretend: query.get('pretend') ?? undefined,
  }
}

export function placeHref({ visitor, at, tab, pretend }: Place): string {
  return href('visitor', visitor === '' ? [] : [visitor], { at, tab: tab === 'journey' ? undefined : tab, pretend })
}
