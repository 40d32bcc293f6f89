import type { Words } from '../../../words'
import type { ShownColumn } from '../data/view'

export type GroupName = keyof Words['tables']['groups']

const groups: [GroupName, (name: string) => boolean][] = [
  ['content', (name) => name.startsWith('content.') || name === 'url'],
  ['audience', (name) => ['placements', 'phases', 'standings', 'segments', 'channels', 'locales', 'countries', 'when', 'purpose'].includes(name)],
  ['choice', (name) => ['items', 'choose', 'weights'].includes(name)],
  ['schedule', (name) => ['starts', 'ends', 'zone'].includes(name)],
  ['worth', (name) => ['value', 'cost', 'group'].includes(name)],
  ['limits', (name) => /^(cap_|budget)/.test(name) || name === 'transactional'],
]

/** The columns of a row's form by what they are about. Tables with few columns have one group. */
export function grouped(table: string, columns: readonly ShownColumn[]): { group: GroupName; columns: ShownColumn[] }[] {
  if (table !== 'items' && table !== 'rules') return [{ group: 'basics', columns: [...columns] }]
  const of = (name: string): GroupName => groups.find(([, holds]) => holds(name))?.[0] ?? 'basics'
  const order: GroupName[] = ['basics', ...groups.map(([name]) => name)]
  return order.map((group) => ({ group, columns: columns.filter((one) => of(one.name) === group) })).filter((one) => one.columns.length > 0)
}
