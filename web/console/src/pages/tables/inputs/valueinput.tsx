import { useEffect, useRef, useState } from 'preact/hooks'
import type { CellValue } from '../../../api/config'
import { isList, isNumeric, type Column } from '../../../registry'
import { ConditionInput } from '../condition/conditioninput'
import { fromText, toText } from '../data/cells'
import { suggestionsFor } from '../data/suggest'
import { Combobox, type ControlProps } from './combobox'
import { ListInput } from './listinput'
import { TextInput } from './textinput'

interface ValueInputProps extends ControlProps {
  table: string
  column: Column
  value: CellValue | undefined
  /** What was typed to begin with, in place of the value. */
  typed?: string
  /** Called with every change. */
  onValue: (value: CellValue | undefined) => void
  placeholder?: string
  /** The place in a text at which the cursor starts. */
  at?: number
  /** Conditions can be clicked together, too. */
  builder?: boolean
}

/** The control for the cells of a column, by its type. */
export function ValueInput({ table, column, value, typed, onValue, at, builder, ...rest }: ValueInputProps) {
  const list = isList(column) && column.type !== 'numbers'
  const [text, setText] = useState(typed === undefined ? toText(value) : list ? '' : typed)
  // Somebody else's change, such as an undo, shows.
  useEffect(() => {
    if (typed === undefined) setText(toText(value))
  }, [toText(value)])
  const suggestions = useRef<ReturnType<typeof suggestionsFor>>(undefined)
  const options = (suggestions.current ??= suggestionsFor(column, table))
  const props = { ...rest, text, onText: change }
  function change(to: string) {
    setText(to)
    onValue(fromText(to, column))
  }

  if (list) return <ListInput {...props} typed={typed} options={options} commas={column.type === 'tags'} />
  if (column.type === 'condition') return builder ? <ConditionInput {...props} /> : <TextInput {...props} code at={at} />
  if (column.type === 'text') return <TextInput {...props} />
  return <Combobox {...props} options={options} eager={column.type !== 'name' && typed === undefined} inputMode={isNumeric(column) ? 'decimal' : 'text'} />
}

/** Whether the focus leaves the element for another. */
export function leaves(e: FocusEvent): boolean {
  return !(e.currentTarget as Node).contains(e.relatedTarget as Node | null)
}
