import { words } from '../../../words'
import { conditionDoc, conditionLabel, signLabel } from '../../../words/columns'
import { Combobox } from '../inputs/combobox'
import { ListInput } from '../inputs/listinput'
import { amongOptions, fresh, operatorsOf, subjects, type Subject } from './names'
import type { Comparison } from './tree'

interface RowProps {
  comparison: Comparison
  onChange: (now: Comparison) => void
}

/** One comparison as controls: what, how, and with what. */
export function ComparisonRow({ comparison, onChange }: RowProps) {
  const w = words.value.tables.condition
  const { name, args, operator, value } = comparison
  const all = subjects()
  const subject = all.find((one) => one.name === name && !one.args === !args)
  const operators = operatorsOf(subject?.type ?? 'text')
  const change = (changed: Partial<Comparison>) => onChange({ ...comparison, ...(subject && { bare: subject.type === 'number' }), ...changed })
  const compare = (to: string) => {
    const members = [value ?? ''].flat()
    change({ operator: to, value: to.endsWith('in') ? members.filter(Boolean) : (members[0] ?? '') })
  }
  const compared = { 'aria-label': w.value, options: amongOptions(subject?.among) }
  return (
    <>
      <select aria-label={w.what} value={name} title={subject && conditionDoc(subject.known)} onChange={(e) => onChange(fresh(all[e.currentTarget.selectedIndex]!))}>
        {all.map((one) => <option key={one.name} value={one.name}>{labelOf(one)}</option>)}
        {!subject && <option value={name} disabled>{name}</option>}
      </select>
      {args?.map((arg, i) => (
        <Combobox
          key={i}
          aria-label={w.argument(subject?.args?.[i]?.name ?? '')}
          eager
          text={arg}
          options={amongOptions(subject?.args?.[i]?.among ?? subject?.args?.[i]?.name)}
          onText={(to) => change({ args: args.with(i, to) })}
        />
      ))}
      <select aria-label={w.operator} value={operator} onChange={(e) => compare(e.currentTarget.value)}>
        {[...new Set([operator, ...operators])].map((one) => <option key={one} value={one}>{signLabel(one)}</option>)}
      </select>
      {Array.isArray(value) ? (
        <ListInput {...compared} text={value.join('|')} onText={(to) => change({ value: to ? to.split('|') : [] })} />
      ) : (
        value !== undefined && <Combobox {...compared} eager text={value} onText={(to) => change({ value: to })} />
      )}
    </>
  )
}

function labelOf({ name, known }: Subject): string {
  const label = conditionLabel(known)
  return label === known ? name : `${label} · ${name}`
}
