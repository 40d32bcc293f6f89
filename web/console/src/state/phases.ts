import { computed, effect, signal } from '@preact/signals'
import { readTable, type Row } from '../api/config'
import { words } from '../words'
import { language } from './preferences'
import { key } from './session'
import { snapshots } from './status'

const shipped = ['awareness', 'consideration', 'decision', 'retention', 'advocacy']

const rows = signal<Row[]>([])

/** The ids of the phases in the order of the journey. */
export const phases = computed(() =>
  rows.value.length === 0
    ? shipped
    : [...rows.value].sort((a, b) => Number(a.order) - Number(b.order) || (a.id < b.id ? -1 : 1)).map((row) => row.id),
)

/** Where a phase stands on the journey, from 1, which is also its colour; 0 for none. */
export function phaseNumber(id: string): number {
  return phases.value.indexOf(id) + 1
}

/** What people call a phase: its label in their language, else the shipped name, else its id. */
export function phaseName(id: string): string {
  if (id === '') return words.value.common.noPhase
  const row = rows.value.find((one) => one.id === id)
  const label = row?.[`label.${language.value}`]
  if (typeof label === 'string') return label
  const known = words.value.phases as Record<string, string>
  return known[id] ?? id
}

/** Reads the phases after signing in, and again when something else is live. */
export function followPhases(): void {
  const live = computed(() => snapshots.value?.live)
  effect(() => {
    if (key.value === null || live.value === undefined) return
    readTable('phases').then(
      (read) => (rows.value = read.map((one) => one.row)),
      () => undefined, // the shipped names stand in until the next reading
    )
  })
}
