import { useState } from 'preact/hooks'
import { words } from '../../../words'
import { conditionDoc, conditionLabel, signLabel } from '../../../words/columns'
import { Combobox } from '../inputs/combobox'
import { ListInput } from '../inputs/listinput'
import { amongOptions, fresh, operatorsOf, subjects, windows, type Subject } from './names'
import type { Comparison, Literal } from './tree'

interface RowProps {
  comparison: Comparison
  onChange: (now: Comparison, shape: boolean) => void
}

/** One comparison as controls: what, how, and with what. */
export function ComparisonRow({ comparison, onChange }: RowProps) {
  const w = words.value.tables.condition
  const all = subjects()
  const subject = all.find((one) => one.name === comparison.name && (one.args !== undefined) === (comparison.args !== undefined))
  const operators = operatorsOf(subject?.type ?? 'text')
  const change = (changed: Partial<Comparison>, shape = false) => onChange({ ...comparison, ...changed, source: undefined }, shape)
  const pick = (name: string) => {
    const next = all.find((one) => one.name === name)
    if (next) onChange(fresh(next), true)
  }
  const compare = (operator: string) => {
    const list = operator.endsWith('in')
    const value = comparison.value
    const now = list && !Array.isArray(value) ? (value === undefined || value === '' ? [] : [value]) : !list && Array.isArray(value) ? (value[0] ?? '') : value
    change({ operator, ...(operator !== 'yes' && operator !== 'no' && { value: now ?? '' }) }, true)
  }
  return (
    <div class="comparison">
      <select aria-label={w.what} value={comparison.name} title={subject && conditionDoc(subject.known)} onChange={(e) => pick(e.currentTarget.value)}>
        {!subject && <option value={comparison.name}>{comparison.name}</option>}
        <optgroup label={w.fields}>
          {all.filter((one) => !one.args).map((one) => <SubjectOption key={one.name} subject={one} />)}
        </optgroup>
        <optgroup label={w.functions}>
          {all.filter((one) => one.args).map((one) => <SubjectOption key={one.name} subject={one} />)}
        </optgroup>
      </select>
      {comparison.args?.map((arg, i) => (
        <Argument key={i} subject={subject} at={i} value={arg} onChange={(now) => change({ args: comparison.args!.with(i, now) })} />
      ))}
      <select aria-label={w.operator} value={comparison.operator} onChange={(e) => compare(e.currentTarget.value)}>
        {(operators.includes(comparison.operator) ? operators : [comparison.operator, ...operators]).map((one) => (
          <option key={one} value={one}>{signLabel(one)}</option>
        ))}
      </select>
      {comparison.value !== undefined && <Value subject={subject} value={comparison.value} onChange={(value) => change({ value })} />}
    </div>
  )
}

function SubjectOption({ subject }: { subject: Subject }) {
  const label = conditionLabel(subject.known)
  return <option value={subject.name}>{label === subject.known ? subject.name : `${label} · ${subject.name}`}</option>
}

interface ArgumentProps {
  subject: Subject | undefined
  at: number
  value: string
  onChange: (value: string) => void
}

function Argument({ subject, at, value, onChange }: ArgumentProps) {
  const [text, setText] = useState(value)
  const arg = subject?.args?.[at]
  const options = arg?.name === 'window' ? windows : arg?.name === 'field' ? subjects().filter((one) => !one.args).map((one) => ({ value: one.name })) : amongOptions(arg?.among)
  const change = (to: string) => {
    setText(to)
    onChange(to)
  }
  return <Combobox aria-label={words.value.tables.condition.argument(arg?.name ?? '')} eager text={text} options={options} onText={change} onPick={(one) => change(one.value)} />
}

interface ValueProps {
  subject: Subject | undefined
  value: Literal | Literal[]
  onChange: (value: Literal | Literal[]) => void
}

function Value({ subject, value, onChange }: ValueProps) {
  const w = words.value.tables.condition
  const [text, setText] = useState(Array.isArray(value) ? '' : String(value))
  const numeric = subject?.type === 'number'
  const options = amongOptions(subject?.among)
  if (Array.isArray(value)) {
    const members = value.map(String)
    return <ListInput aria-label={w.value} members={members} options={options} onChange={(now) => onChange(numeric ? now.map(Number).filter(Number.isFinite) : now)} />
  }
  const change = (to: string) => {
    setText(to)
    if (subject ? !numeric : typeof value !== 'number') onChange(to)
    else if (to.trim() !== '' && Number.isFinite(Number(to.replace(',', '.')))) onChange(Number(to.replace(',', '.')))
  }
  return <Combobox aria-label={w.value} eager text={text} options={options} inputMode={numeric ? 'decimal' : 'text'} onText={change} onPick={(one) => change(one.value)} />
}
