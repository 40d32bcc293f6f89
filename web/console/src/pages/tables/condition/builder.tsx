import { Button } from '../../../ui/button'
import { Select } from '../../../ui/select'
import { words } from '../../../words'
import { ComparisonRow } from './comparison'
import { fresh, subjects } from './names'
import { TextInput } from '../inputs/textinput'
import type { Group, Part } from './tree'

interface GroupBuilderProps {
  group: Group
  level: number
  /** shape: parts came, went or became others, so that their controls begin anew. */
  onChange: (group: Group, shape: boolean) => void
  onRemove?: () => void
}

/** Conditions joined by and or or, one a row; a group of them may stand among them. */
export function GroupBuilder({ group, level, onChange, onRemove }: GroupBuilderProps) {
  const w = words.value.tables.condition
  const { parts } = group
  const replace = (i: number, part: Part, shape = false) => onChange({ ...group, parts: parts.with(i, part) }, shape)
  const remove = (i: number) => {
    if (parts.length === 1 && onRemove) onRemove()
    else onChange({ ...group, parts: parts.toSpliced(i, 1) }, true)
  }
  const first = () => fresh(subjects()[0]!)
  const add = () => onChange({ ...group, parts: [...parts, first()] }, true)
  const addGroup = () =>
    onChange({ ...group, parts: [...parts, { kind: 'group', join: group.join === 'and' ? 'or' : 'and', parts: [first(), first()] }] }, true)

  return (
    <div class={`builder level-${level}`} role="group" aria-label={group.join === 'and' ? w.all : w.any}>
      {parts.length > 1 && (
        <Select
          label={w.join}
          quietLabel
          value={group.join}
          options={[
            { value: 'and', label: w.all },
            { value: 'or', label: w.any },
          ]}
          onChange={(join) => onChange({ ...group, join }, true)}
        />
      )}
      {parts.map((part, i) => (
        <div key={i} class={`part of-${part.kind}`}>
          {part.kind === 'comparison' && <ComparisonRow comparison={part} onChange={(now, shape) => replace(i, now, shape)} />}
          {part.kind === 'group' && <GroupBuilder group={part} level={level + 1} onChange={(now, shape) => replace(i, now, shape)} onRemove={() => remove(i)} />}
          {part.kind === 'raw' && <TextInput code aria-label={w.raw} text={part.source} onText={(source) => replace(i, { kind: 'raw', source })} />}
          {part.kind !== 'group' && <Button kind="quiet" small icon="trash" aria-label={w.remove} onClick={() => remove(i)} />}
        </div>
      ))}
      <div class="row">
        <Button small icon="plus" onClick={add}>{w.add}</Button>
        {level === 0 && parts.length > 0 && <Button small kind="quiet" onClick={addGroup}>{w.addGroup}</Button>}
      </div>
    </div>
  )
}
