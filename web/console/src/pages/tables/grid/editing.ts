import { signal } from '@preact/signals'

/** The cell that is being edited in the grid. */
export interface Editing {
  table: string
  id: string
  column: string
  /** What was typed to begin with, in place of what the cell holds. */
  typed?: string
  /** The place in the text at which the cursor starts. */
  at?: number
}

export const editing = signal<Editing | null>(null)
