import { Field } from './field'

interface ChoiceProps<T extends string> {
  label: string
  value: T
  options: readonly T[]
  /** What an option is called. */
  name: (option: T) => string
  onChange: (value: T) => void
}

/** A choice among words, its label above. */
export function Choice<T extends string>({ label, value, options, name, onChange }: ChoiceProps<T>) {
  return (
    <Field label={label}>
      {(ids) => (
        <select {...ids} value={value} onChange={(e) => onChange(e.currentTarget.value as T)}>
          {options.map((one) => <option key={one} value={one}>{name(one)}</option>)}
        </select>
      )}
    </Field>
  )
}
