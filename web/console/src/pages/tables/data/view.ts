// How one table is looked at: which columns and rows, in which order, and
// where the cursor is.
import { computed, effect, signal, untracked, type ReadonlySignal, type Signal } from '@preact/signals'
import type { Row } from '../../../api/config'
import { belongs, tableInfo, type Column } from '../../../registry'
import { changes, problems } from '../../../state/status'
import { filterOf } from './filter'
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
const rememberedAt = (table: string) => `wegweiser.columns.${table}`

export function viewOf(table: string): View {
  const view = views.get(table) ?? makeView(table)
  views.set(table, view)
  return view
}

function makeView(table: string): View {
  const choices = signal<Record<string, boolean>>(JSON.parse(localStorage.getItem(rememberedAt(table)) ?? '{}'))
  const filled = computed(() => new Set([...(rowsOf(table).value?.values() ?? [])].flatMap(Object.keys)))
  const columns = computed(() =>
    tableInfo(table)!.columns.flatMap((column) =>
      column.family
        ? [...new Set([...filled.value, ...Object.keys(choices.value)])].filter((name) => belongs(name, column.name)).sort().map((name) => ({ name, column }))
        : { name: column.name, column },
    ),
  )
  const shown = computed(() =>
    columns.value.filter(
      ({ name, column }) => choices.value[name] ?? (column.needed || filled.value.has(name) || (usual[table]?.includes(name) ?? true)),
    ),
  )
  const view: View = {
    table,
    search: signal(''),
    only: signal('all'),
    sort: signal(null),
    columns,
    shown,
    choices,
    order: signal([]),
    active: signal({ row: 0, column: 0 }),
    anchor: signal({ row: 0, column: 0 }),
  }
  followRows(view)
  return view
}

/** Keeps the order of the rows: made anew when what is asked for changes, but no row jumps away because it was edited. */
function followRows(view: View): void {
  let made = ''
  let known: Rows = new Map()
  effect(() => {
    const rows = rowsOf(view.table).value ?? new Map<string, Row>()
    const asked = JSON.stringify([view.search.value, view.only.value, view.sort.value])
    const before = view.order.peek()
    if (made !== asked || known.size === 0) {
      made = asked
      view.order.value = untracked(() => orderOf(view, rows))
    } else {
      const now = [...before.filter((id) => rows.has(id)), ...[...rows.keys()].filter((id) => !known.has(id))]
      if (now.length !== before.length || now.some((id, i) => id !== before[i])) view.order.value = now
    }
    known = rows
  })
}

function orderOf(view: View, rows: Rows): string[] {
  const fits = filterOf(view.search.value)
  const only = view.only.value
  const asked = new Set((only === 'problems' ? problems : changes).value.filter((one) => one.table === view.table).map((one) => one.row))
  const { by, down } = view.sort.value ?? { by: 'order', down: false }
  return [...rows.values()]
    .filter((row) => (only === 'all' || asked.has(row.id)) && fits(row))
    .sort((a, b) => compareCells(a, b, by, down ? -1 : 1) || (a.id < b.id ? -1 : 1))
    .map((row) => row.id)
}

/** Numbers by size, everything else by its letters; empty cells come last whatever the direction. */
function compareCells(a: Row, b: Row, name: string, down: number): number {
  const left = a[name]
  const right = b[name]
  if (left === undefined || right === undefined) return Number(left === undefined) - Number(right === undefined)
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

export function showAll(view: View): void {
  view.search.value = ''
  view.only.value = 'all'
}

/** Puts the cursor on a cell by name, bringing row and column into sight. */
export function show(view: View, id: string, column: string): void {
  if (!view.order.value.includes(id)) showAll(view)
  const place = () => view.shown.value.findIndex((one) => one.name === column)
  if (column && place() < 0) choose(view, column, true)
  moveTo(view, { row: view.order.value.indexOf(id), column: place() })
}

/** Shows or hides a column; one of a family that no row has is added by that. */
export function choose(view: View, column: string, shown: boolean): void {
  view.choices.value = { ...view.choices.value, [column]: shown }
  localStorage.setItem(rememberedAt(view.table), JSON.stringify(view.choices.value))
}
