import { Button } from '../../../ui/button'
import { Select } from '../../../ui/select'
import { words } from '../../../words'
import { ComparisonRow } from './comparison'
import { fresh, subjects } from './names'
import { comparisonOf, spell, type Conditions } from './tree'

interface BuilderProps {
  conditions: Conditions
  onChange: (conditions: Conditions) => void
}

/** Conditions joined by and or or, one a row. */
export function Builder({ conditions: { join, parts }, onChange }: BuilderProps) {
  const w = words.value.tables.condition
  const change = (to: string[]) => onChange({ join, parts: to })
  return (
    <>
      {parts.length > 1 && (
        <Select
          label={w.join}
          quietLabel
          value={join}
          options={[
            { value: 'and', label: w.all },
            { value: 'or', label: w.any },
          ]}
          onChange={(to) => onChange({ join: to, parts })}
        />
      )}
      {parts.map((part, i) => {
        const comparison = comparisonOf(part)
        return (
          <div key={i} class="comparison">
            {comparison ? <ComparisonRow comparison={comparison} onChange={(now) => change(parts.with(i, spell(now)))} /> : <code>{part}</code>}
            <Button kind="quiet" small icon="trash" aria-label={w.remove} onClick={() => change(parts.toSpliced(i, 1))} />
          </div>
        )
      })}
      <div>
        <Button small icon="plus" onClick={() => change([...parts, spell(fresh(subjects()[0]!))])}>{w.add}</Button>
      </div>
    </>
  )
}
