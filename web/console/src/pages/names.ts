import { href } from '../state/route'
import type { Words } from '../words'

export type PageName = keyof Words['shell']['pages']

/** The pages that exist, in the order of the navigation. pages/list.ts has the component of each. */
export const pageNames = [
  'overview',
  'tables',
  'changes',
  'history',
  'visitor',
  'journeys',
  'health',
] as const satisfies readonly PageName[]

export function hasPage(name: PageName): boolean {
  return (pageNames as readonly PageName[]).includes(name)
}

/** The address of a page. */
export function pageHref(name: PageName, parts: string[] = [], query: Record<string, string | undefined> = {}): string {
  return href(name, parts, query)
}
