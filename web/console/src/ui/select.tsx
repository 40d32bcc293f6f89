import { useId } from 'preact/hooks'

interface SelectProps<T extends string> {
  label: string
  value: T
  options: readonly { value: T; label: string }[]
  onChange: (value: T) => void
  /** The label is there for screen readers only. */
  quietLabel?: boolean
  disabled?: boolean
}

/** The browser's own choice from a list, with its label. */
export function Select<T extends string>({ label, value, options, onChange, quietLabel, disabled }: SelectProps<T>) {
  const id = useId()
  return (
    <div class="field inline">
      <label for={id} class={quietLabel ? 'hidden-visually' : ''}>{label}</label>
      <select id={id} value={value} disabled={disabled} onChange={(e) => onChange(e.currentTarget.value as T)}>
        {options.map((one) => (
          <option key={one.value} value={one.value}>{one.label}</option>
        ))}
      </select>
    </div>
  )
}
