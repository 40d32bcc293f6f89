import { useState } from 'preact/hooks'
import { Icon } from '../../../ui/icon'
import { words } from '../../../words'
import type { Option } from '../data/suggest'
import { Combobox, type ControlProps } from './combobox'

interface ListInputProps extends ControlProps {
  /** The members, separated by |. */
  text: string
  onText: (text: string) => void
  options: readonly Option[]
  /** What was typed to begin with. */
  typed?: string
  placeholder?: string
  /** Members hold commas. */
  commas?: boolean
}

/** Members of a list as chips. Enter or a comma adds what was typed, Backspace takes the last one. */
export function ListInput({ text, onText, options, typed = '', placeholder, commas, ...control }: ListInputProps) {
  const [entry, setEntry] = useState(typed)
  const members = text ? text.split('|') : []
  const change = (to: string[]) => onText([...new Set(to)].join('|'))
  const add = (added: string) => {
    const fresh = added.split(commas ? '|' : /[|,;]/).map((one) => one.trim()).filter(Boolean)
    setEntry('')
    if (fresh.length > 0) change([...members, ...fresh])
  }
  const remove = (at: number) => change(members.toSpliced(at, 1))

  const keyDown = (e: KeyboardEvent) => {
    if (e.key === 'Tab') return add(entry)
    // Enter took a suggestion.
    if (e.defaultPrevented) return e.stopPropagation()
    if (e.key === 'Backspace' && entry === '' && text) remove(members.length - 1)
    else if (entry.trim() && (e.key === '|' || e.key === 'Enter' || (e.key === ',' && !commas))) add(entry)
    else return
    e.preventDefault()
    e.stopPropagation()
  }

  return (
    <div class="list-input">
      {members.map((one, i) => (
        <span key={one} class="chip">
          {one}
          <button type="button" tabIndex={-1} aria-label={words.value.tables.removeMember(one)} onMouseDown={(e) => e.preventDefault()} onClick={() => remove(i)}>
            <Icon name="close" size={12} />
          </button>
        </span>
      ))}
      <Combobox
        {...control}
        eager
        text={entry}
        options={options.filter((one) => !members.includes(one.value))}
        placeholder={text ? undefined : placeholder}
        onText={setEntry}
        onPick={add}
        onBlur={() => add(entry)}
        onKeyDown={keyDown}
      />
    </div>
  )
}
