// What an edit does to rows, as data: it can be done, undone and done again.
import { signal } from '@preact/signals'
import type { Row } from '../../../api/config'
import { differing, withCells } from './cells'

/** One row before and after; without before it is new, without after it is deleted. */
export interface Change {
  table: string
  id: string
  before?: Row
  after?: Row
}

/** Whether two versions of a row say the same; none equals none. */
export function equalRows(a: Row | undefined, b: Row | undefined): boolean {
  return a === b || (a !== undefined && b !== undefined && differing(a, b).length === 0)
}

export function inverse(changes: readonly Change[]): Change[] {
  return changes.map(({ table, id, before, after }) => ({ table, id, before: after, after: before })).reverse()
}

/** What a change makes of the row that is there now: cells that it does not touch stay as they are. */
export function applied(change: Change, now: Row | undefined): Row | undefined {
  const { before, after } = change
  if (!after || !before || !now) return after
  return withCells(now, Object.fromEntries(differing(before, after).map((name) => [name, after[name]])))
}

const most = 200

/** The edits of this sitting that can be taken back, and those that were. */
export class History {
  readonly depth = signal({ undo: 0, redo: 0 })
  private done: Change[][] = []
  private undone: Change[][] = []

  did(changes: Change[]): void {
    this.done = [...this.done, changes].slice(-most)
    this.undone = []
    this.count()
  }

  /** The changes that take the last edit back; none where there is none. */
  undo(): Change[] | undefined {
    const last = this.done.pop()
    if (last) this.undone.push(last)
    this.count()
    return last && inverse(last)
  }

  /** The changes that do the edit again that was taken back last. */
  redo(): Change[] | undefined {
    const last = this.undone.pop()
    if (last) this.done.push(last)
    this.count()
    return last
  }

  private count(): void {
    this.depth.value = { undo: this.done.length, redo: this.undone.length }
  }
}
