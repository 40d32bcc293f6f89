import type { ComponentType } from 'preact'
import type { pageNames } from './names'
import { Changes } from './changes/changes'
import { Health } from './health/health'
import { History } from './history/history'
import { Journeys } from './journeys/journeys'
import { Overview } from './overview/overview'
import { Tables } from './tables/tables'
import { VisitorPage } from './visitor/visitor'

/** The component of each page in pages/names.ts. */
export const pages: Record<(typeof pageNames)[number], ComponentType> = {
  overview: Overview,
  tables: Tables,
  changes: Changes,
  history: History,
  visitor: VisitorPage,
  journeys: Journeys,
  health: Health,
}
