// What a condition may ask about, for the lists of the builder.
import { registry } from '../../../registry'
import { phases } from '../../../state/phases'
import { rowsOf } from '../data/rows'
import { idOptions, type Option } from '../data/suggest'
import type { Comparison } from './tree'

export interface Subject {
  /** As it stands in the text. */
  name: string
  /** The name of its field or function in the registry. */
  known: string
  type: string
  among?: string
  args?: { name: string; among?: string }[]
}

/** Every field, with the declared traits and context values, and every function. */
export function subjects(): Subject[] {
  const fields = registry.conditions.fields.flatMap((field): Subject[] => {
    const base = { known: field.name, type: field.type, among: field.among }
    switch (field.name) {
      case 'score.<phase>':
        return phases.value.map((phase) => ({ ...base, among: undefined, name: `score.${phase}` }))
      case 'visitor.<trait>':
        return declared('trait').map(({ name, type }) => ({ ...base, among: undefined, name: `visitor.${name}`, type }))
      case 'context.<key>':
        return declared('context').map(({ name, type }) => ({ ...base, among: undefined, name: `context.${name}`, type }))
    }
    return [{ ...base, name: field.name }]
  })
  const functions = registry.conditions.functions.map((one): Subject => ({ name: one.name, known: one.name, type: one.type, args: one.args }))
  return [...fields, ...functions]
}

function declared(kind: 'trait' | 'context'): { name: string; type: string }[] {
  return [...(rowsOf('settings').value?.values() ?? [])]
    .filter(({ row }) => row.id.startsWith(`${kind}.`))
    .map(({ row }) => ({ name: row.id.slice(kind.length + 1), type: String(row.value ?? 'text') }))
}

/** The signs that a subject can be compared with; bool ones are true or false by themselves. */
export function operatorsOf(type: string): string[] {
  return type === 'bool' ? ['yes', 'no'] : (registry.conditions.operators[type] ?? [])
}

/** What a value may be, where it is one of something. */
export function amongOptions(among: string | undefined): Option[] {
  switch (among) {
    case undefined:
      return []
    case 'standings':
      return plain(registry.vocabulary.standings)
    case 'channels':
      return plain(registry.vocabulary.channels.filter((one) => !one.includes('*')))
    case 'touchpoints':
      return plain(registry.vocabulary.touchpoints)
    case 'milestones':
      return plain(registry.vocabulary.milestones)
  }
  return idOptions(among)
}

export const windows = plain(['1h', '1d', '3d', '7d', '14d', '30d', '60d', '90d', '180d', '365d'])

function plain(values: readonly string[]): Option[] {
  return values.map((value) => ({ value }))
}

/** A comparison to begin with, when somebody picks a subject. */
export function fresh(subject: Subject): Comparison {
  const args = subject.args?.map((one) => (one.name === 'window' ? '7d' : (amongOptions(one.among)[0]?.value ?? (one.name === 'field' ? 'country' : ''))))
  const operators = operatorsOf(subject.type)
  const operator = subject.type === 'number' && operators.includes('>=') ? '>=' : operators[0]!
  const value = { number: 1, time: new Date().toISOString().slice(0, 19) + 'Z' }[subject.type] ?? amongOptions(subject.among)[0]?.value ?? ''
  return { kind: 'comparison', name: subject.name, ...(args && { args }), operator, ...(subject.type !== 'bool' && { value }) }
}
