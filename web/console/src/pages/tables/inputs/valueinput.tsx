import { useRef, useState } from 'preact/hooks'
import type { CellValue } from '../../../api/config'
import { isList, type Column } from '../../../registry'
import { fromText, toText } from '../data/cells'
import { suggestionsFor } from '../data/suggest'
import { Combobox, type ControlProps } from './combobox'
import { ListInput } from './listinput'
import { TextInput } from './textinput'

export interface ValueInputProps extends ControlProps {
  table: string
  column: Column
  value: CellValue | undefined
  /** What was typed to begin with, in place of the value. */
  typed?: string
  /** Called with every change. */
  onValue: (value: CellValue | undefined) => void
  onBlur?: () => void
  placeholder?: string
  /** The place in a text at which the cursor starts. */
  at?: number
}

/** The control for the cells of a column, by its type. */
export function ValueInput({ table, column, value, typed, onValue, at, ...rest }: ValueInputProps) {
  const [text, setText] = useState(typed ?? toText(value))
  const [members, setMembers] = useState<string[]>(typed === undefined && Array.isArray(value) ? value.map(String) : listed(typed === undefined ? value : undefined))
  const options = useRef<ReturnType<typeof suggestionsFor>>(undefined)
  options.current ??= suggestionsFor(column, table)

  const change = (to: string) => {
    setText(to)
    onValue(fromText(to, column))
  }
  if (isList(column) && column.type !== 'numbers') {
    return (
      <ListInput
        {...rest}
        members={members}
        typed={typed}
        options={options.current}
        commas={column.type === 'tags'}
        onChange={(now) => {
          setMembers(now)
          onValue(now.length === 0 ? undefined : now)
        }}
      />
    )
  }
  if (column.type === 'text' || column.type === 'condition') {
    return <TextInput {...rest} text={text} code={column.type === 'condition'} at={at} onText={change} />
  }
  const numeric = column.type === 'integer' || column.type === 'number'
  return (
    <Combobox
      {...rest}
      text={text}
      options={options.current}
      eager={['word', 'bool', 'id'].includes(column.type) && typed === undefined}
      inputMode={numeric ? 'decimal' : 'text'}
      onText={change}
      onPick={(option) => change(option.value)}
    />
  )
}

/** A cell that should be a list and is not yet: what it holds is its only member. */
function listed(value: CellValue | undefined): string[] {
  return value === undefined || Array.isArray(value) ? [] : [String(value)]
}
