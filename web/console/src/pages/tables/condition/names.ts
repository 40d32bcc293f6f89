// What a condition may ask about, for the lists of the builder.
import { registry } from '../../../registry'
import { phases } from '../../../state/phases'
import { rowsOf } from '../data/rows'
import { durations, idOptions, plain, type Option } from '../data/suggest'
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
  const { fields, functions } = registry.conditions
  return [
    ...fields.flatMap(({ name, type, among }): Subject[] => {
      const [stem, family] = name.split('.<')
      if (!family) return [{ name, known: name, type, among }]
      const members = stem === 'score' ? phases.value.map((phase) => ({ name: phase, type })) : declared(stem === 'visitor' ? 'trait.' : 'context.')
      return members.map((one) => ({ ...one, known: name, name: `${stem}.${one.name}` }))
    }),
    ...functions.map((one) => ({ name: one.name, known: one.name, type: one.type, args: one.args })),
  ]
}

function declared(prefix: string): { name: string; type: string }[] {
  return [...(rowsOf('settings').value?.values() ?? [])]
    .filter((row) => row.id.startsWith(prefix))
    .map((row) => ({ name: row.id.slice(prefix.length), type: String(row.value ?? 'text') }))
}

/** The signs that a subject can be compared with; bool ones are true or false by themselves. */
export function operatorsOf(type: string): string[] {
  return type === 'bool' ? ['yes', 'no'] : (registry.conditions.operators[type] ?? [])
}

/** What a value or an argument may be, where it is one of something. */
export function amongOptions(among: string | undefined): Option[] {
  if (among === 'window') return plain(durations)
  if (among === 'field') return plain(subjects().filter((one) => !one.args).map((one) => one.name))
  const known = registry.vocabulary[among as 'channels']
  return known ? plain(known.filter((one) => !one.includes('*'))) : idOptions(among ?? '')
}

/** A comparison to begin with, when somebody picks a subject. */
export function fresh({ name, type, among, args }: Subject): Comparison {
  const first = (one: { name?: string; among?: string }) => (one.name === 'window' ? '7d' : (amongOptions(one.among ?? one.name)[0]?.value ?? ''))
  const operators = operatorsOf(type)
  const bare = type === 'number'
  return {
    name,
    ...(args && { args: args.map(first) }),
    operator: bare ? '>=' : operators[0]!,
    ...(type !== 'bool' && { value: bare ? '1' : type === 'time' ? new Date().toISOString().slice(0, 19) + 'Z' : first({ among }), bare }),
  }
}
