import type { ComponentType } from 'preact'
import type { pageNames } from './names'
import { Overview } from './overview/overview'
import { Tables } from './tables/tables'

/** The component of each page in pages/names.ts. */
export const pages: Record<(typeof pageNames)[number], ComponentType> = {
  overview: Overview,
  tables: Tables,
}
