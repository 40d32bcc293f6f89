import type { ComponentType } from 'preact'
import type { pageNames } from './names'
import { Changes } from './changes/changes'
import { Health } from './health/health'
import { History } from './history/history'
import { Overview } from './overview/overview'
import { Tables } from './tables/tables'

/** The component of each page in pages/names.ts. */
export const pages: Record<(typeof pageNames)[number], ComponentType> = {
  overview: Overview,
  tables: Tables,
  changes: Changes,
  history: History,
  health: Health,
}
