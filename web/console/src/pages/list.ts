import type { ComponentType } from 'preact'
import type { pageNames } from './names'
import { Overview } from './overview/overview'

/** The component of each page in pages/names.ts. */
export const pages: Record<(typeof pageNames)[number], ComponentType> = {
  overview: Overview,
}
