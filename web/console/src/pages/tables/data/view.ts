// How one table is looked at: which columns and rows, in which order, and
// where the cursor is.
import { computed, effect, signal, untracked, type ReadonlySignal, type Signal } from '@preact/signals'
import type { Row } from '../../../api/config'
import { belongs, columnOf, tableInfo, type Column } from '../../../registry'
import { changes, problems } from '../../../state/status'
import { filterOf } from './filter'
import { indexProblems } from './placement'
import { rowsOf, type Rows } from './rows'

export interface ShownColumn {
  name: string
  column: Column
}

/** A place in the grid: row -1 is the header. */
export interface Cell {
  row: number
  column: number
}

export type Only = 'all' | 'problems' | 'changed'

export interface View {
  table: string
  search: Signal<string>
  only: Signal<Only>
  sort: Signal<{ by: string; down: boolean } | null>
  /** Every column that there is: of the registry, of the rows, and those added here. */
  columns: ReadonlySignal<ShownColumn[]>
  shown: ReadonlySignal<ShownColumn[]>
  /** What people chose to see or not to see. */
  choices: Signal<Record<string, boolean>>
  /** The ids of the rows that are shown, in order. */
  order: Signal<string[]>
  active: Signal<Cell>
  /** The other corner of what is selected. */
  anchor: Signal<Cell>
}

/** Columns that people work with most, of the tables that have many. */
const usual: Record<string, string[]> = {
  items: ['id', 'kind', 'tags', 'phases', 'when', 'starts', 'ends', 'enabled'],
  rules: ['id', 'order', 'placements', 'phases', 'segments', 'when', 'items', 'choose', 'enabled'],
}

const views = new Map<string, View>()

export function viewOf(table: string): View {
  let view = views.get(table)
  if (!view) views.set(table, (view = makeView(table)))
  return view
}

function makeView(table: string): View {
  const choices = signal(rememberedChoices(table))
  const columns = computed(() => allColumns(table, filledColumns(rowsOf(table).value), Object.keys(choices.value)))
  const shown = computed(() => {
    const filled = filledColumns(rowsOf(table).value)
    return columns.value.filter(({ name, column }) => {
      if (name === 'id') return true
      return choices.value[name] ?? (column.needed || filled.has(name) || !(table in usual) || usual[table]!.includes(name))
    })
  })
  const start = { row: 0, column: 0 }
  const view: View = {
    table,
    search: signal(''),
    only: signal<Only>('all'),
    sort: signal(null),
    columns,
    shown,
    choices,
    order: signal([]),
    active: signal(start),
    anchor: signal(start),
  }
  followRows(view)
  return view
}

function filledColumns(rows: Rows | undefined): Set<string> {
  const names = new Set<string>()
  for (const { row } of rows?.values() ?? []) for (const name in row) names.add(name)
  return names
}

function allColumns(table: string, filled: ReadonlySet<string>, added: readonly string[]): ShownColumn[] {
  const info = tableInfo(table)
  if (!info) return []
  const extra = [...new Set([...filled, ...added])].filter((name) => columnOf(info.columns, name)?.family).sort()
  return info.columns.flatMap((column) =>
    column.family ? extra.filter((name) => belongs(name, column.name)).map((name) => ({ name, column })) : [{ name: column.name, column }],
  )
}

/** Keeps the order of the rows: made anew when what is asked for changes, but no row jumps away because it was edited. */
function followRows(view: View): void {
  let made = ''
  effect(() => {
    const rows = rowsOf(view.table).value
    const { search, only, sort } = view
    const asked = JSON.stringify([search.value, only.value, sort.value])
    if (!rows) {
      made = ''
      view.order.value = []
    } else if (made !== asked) {
      made = asked
      view.order.value = untracked(() => orderOf(view, rows))
    } else {
      const before = view.order.peek()
      const kept = before.filter((id) => rows.has(id))
      const there = new Set(known.get(view.table))
      const fresh = [...rows.keys()].filter((id) => !there.has(id))
      if (fresh.length > 0 || kept.length < before.length) view.order.value = [...kept, ...fresh]
    }
    known.set(view.table, new Set(rows?.keys()))
  })
}

const known = new Map<string, Set<string>>()

function orderOf(view: View, rows: Rows): string[] {
  const fits = filterOf(view.search.value)
  const only = onlyOf(view)
  const ids = [...rows].filter(([id, { row }]) => only(id) && fits(row)).map(([id]) => id)
  const sort = view.sort.value
  const down = sort?.down ? -1 : 1
  const compare = (a: Row, b: Row) => (sort ? compareCells(a, b, sort.by, down) : Number(a.order ?? 0) - Number(b.order ?? 0))
  return ids.sort((a, b) => compare(rows.get(a)!.row, rows.get(b)!.row) || (a < b ? -1 : 1))
}

function onlyOf(view: View): (id: string) => boolean {
  if (view.only.value === 'problems') {
    const index = indexProblems(problems.value, view.table)
    return (id) => index.has(id)
  }
  if (view.only.value === 'changed') {
    const ids = new Set(changes.value.filter((one) => one.table === view.table).map((one) => one.row))
    return (id) => ids.has(id)
  }
  return () => true
}

/** Numbers by size, everything else by its letters; empty cells come last whatever the direction. */
export function compareCells(a: Row, b: Row, name: string, down: number): number {
  const left = a[name]
  const right = b[name]
  if (left === undefined || right === undefined) return left === right ? 0 : left === undefined ? 1 : -1
  if (typeof left === 'number' && typeof right === 'number') return (left - right) * down
  return String(left).localeCompare(String(right), undefined, { numeric: true }) * down
}

/** The ids and columns within the selection. */
export function selectionOf(view: View): { ids: string[]; columns: ShownColumn[]; from: Cell; to: Cell } {
  const a = view.active.value
  const b = view.anchor.value
  const from = { row: Math.max(0, Math.min(a.row, b.row)), column: Math.min(a.column, b.column) }
  const to = { row: Math.max(a.row, b.row), column: Math.max(a.column, b.column) }
  return { ids: view.order.value.slice(from.row, to.row + 1), columns: view.shown.value.slice(from.column, to.column + 1), from, to }
}

/** Puts the cursor on a cell, within what there is. */
export function moveTo(view: View, to: Cell, extend = false): void {
  const cell = {
    row: Math.max(-1, Math.min(to.row, view.order.value.length - 1)),
    column: Math.max(0, Math.min(to.column, view.shown.value.length - 1)),
  }
  view.active.value = cell
  if (!extend) view.anchor.value = cell
}

/** Puts the cursor on a cell by name, bringing row and column into sight. */
export function show(view: View, id: string, column: string): void {
  if (!view.order.value.includes(id)) {
    view.search.value = ''
    view.only.value = 'all'
  }
  if (column && !view.shown.value.some((one) => one.name === column)) choose(view, column, true)
  const row = view.order.value.indexOf(id)
  if (row >= 0) moveTo(view, { row, column: Math.max(0, view.shown.value.findIndex((one) => one.name === column)) })
}

function rememberedAt(table: string): string {
  return `wegweiser.columns.${table}`
}

function rememberedChoices(table: string): Record<string, boolean> {
  try {
    return JSON.parse(localStorage.getItem(rememberedAt(table)) ?? '{}') as Record<string, boolean>
  } catch {
    return {}
  }
}

/** Shows or hides a column; one of a family that no row has is added by that. */
export function choose(view: View, column: string, shown: boolean): void {
  view.choices.value = { ...view.choices.value, [column]: shown }
  try {
    localStorage.setItem(rememberedAt(view.table), JSON.stringify(view.choices.value))
  } catch {
    // A browser that keeps nothing forgets the choice with the tab.
  }
}
