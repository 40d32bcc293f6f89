import { words } from '../../../words'
import type { ControlProps } from '../inputs/combobox'
import { TextInput } from '../inputs/textinput'
import { Builder } from './builder'
import { parse, print } from './tree'

interface ConditionInputProps extends ControlProps {
  text: string
  onText: (text: string) => void
}

/** A condition as rows to click together and as text, which say the same. Text that the rows cannot say stays as it is. */
export function ConditionInput({ text, onText, ...control }: ConditionInputProps) {
  const w = words.value.tables.condition
  const conditions = parse(text)
  return (
    <div class="condition">
      {conditions ? <Builder conditions={conditions} onChange={(now) => onText(print(now))} /> : <p class="quiet small">{w.broken}</p>}
      <TextInput {...control} code rows={2} text={text} placeholder={w.always} onText={onText} />
    </div>
  )
}
