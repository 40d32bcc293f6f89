import { useState } from 'preact/hooks'
import { Icon } from '../../../ui/icon'
import { words } from '../../../words'
import type { Option } from '../data/suggest'
import { Combobox, type ControlProps } from './combobox'

interface ListInputProps extends ControlProps {
  members: readonly string[]
  options: readonly Option[]
  onChange: (members: string[]) => void
  /** What was typed to begin with. */
  typed?: string
  placeholder?: string
  /** Members hold commas. */
  commas?: boolean
}

/** Members of a list as chips. Enter or a comma adds what was typed, Backspace takes the last one. */
export function ListInput({ members, options, onChange, typed, placeholder, commas, ...control }: ListInputProps) {
  const w = words.value.tables
  const [text, setText] = useState(typed ?? '')
  const left = options.filter((one) => !members.includes(one.value))

  const add = (added: string) => {
    const fresh = added
      .split(commas ? /[|\n]/ : /[|,;\n]/)
      .map((one) => one.trim())
      .filter((one, i, all) => one !== '' && !members.includes(one) && all.indexOf(one) === i)
    setText('')
    if (fresh.length > 0) onChange([...members, ...fresh])
  }
  const remove = (at: number) => onChange(members.toSpliced(at, 1))

  const keyDown = (e: KeyboardEvent) => {
    if (e.defaultPrevented) {
      e.stopPropagation()
      return
    }
    if (e.key === 'Backspace' && text === '' && members.length > 0) {
      e.preventDefault()
      remove(members.length - 1)
    } else if ((e.key === '|' || (e.key === ',' && !commas)) && text.trim() !== '') {
      e.preventDefault()
      add(text)
    } else if (e.key === 'Enter' && text.trim() !== '') {
      e.preventDefault()
      e.stopPropagation()
      add(text)
    } else if (e.key === 'Tab') add(text)
  }

  return (
    <div class="list-input">
      {members.map((one, i) => (
        <span key={one} class="chip">
          {one}
          <button type="button" tabIndex={-1} aria-label={w.removeMember(one)} onMouseDown={(e) => e.preventDefault()} onClick={() => remove(i)}>
            <Icon name="close" size={12} />
          </button>
        </span>
      ))}
      <Combobox
        {...control}
        eager
        text={text}
        options={left}
        placeholder={members.length === 0 ? placeholder : undefined}
        onText={(typedNow) => (/[|\n]/.test(typedNow) ? add(typedNow) : setText(typedNow))}
        onPick={(option) => add(option.value)}
        onBlur={() => add(text)}
        onKeyDown={keyDown}
      />
    </div>
  )
}
