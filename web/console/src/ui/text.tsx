import { useId } from 'preact/hooks'
import { channels, nameOf } from '../state/vocabulary'
import { words } from '../words'
import { Field } from './field'

interface TextFieldProps {
  label: string
  value: string
  placeholder?: string
  list?: string
  onChange: (value: string) => void
}

/** A line of text, taken over when it is left. */
export function TextField({ label, value, placeholder, list, onChange }: TextFieldProps) {
  return (
    <Field label={label}>
      {(ids) => (
        <input {...ids} value={value} placeholder={placeholder ?? words.value.common.anyValue} list={list} spellcheck={false} onChange={(e) => onChange(e.currentTarget.value)} />
      )}
    </Field>
  )
}

/** A channel by its own name, with the shipped ones offered. */
export function ChannelField({ value, onChange }: { value: string; onChange: (value: string) => void }) {
  const id = useId()
  return (
    <>
      <TextField label={words.value.common.channel} value={value} list={id} onChange={onChange} />
      <datalist id={id}>
        {channels().map((one) => <option key={one} value={one}>{nameOf(one)}</option>)}
      </datalist>
    </>
  )
}
