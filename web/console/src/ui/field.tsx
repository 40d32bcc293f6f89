import type { ComponentChildren } from 'preact'
import { useId } from 'preact/hooks'

/** What a control must carry to belong to its label, help and error. */
export interface FieldIds {
  id: string
  'aria-describedby': string | undefined
  'aria-invalid': boolean | undefined
}

interface FieldProps {
  label: string
  help?: ComponentChildren
  error?: ComponentChildren
  needed?: boolean
  /** The label is there for screen readers only. */
  quietLabel?: boolean
  children: (ids: FieldIds) => ComponentChildren
}

/** A control with its label above, its help and what is wrong with it below. */
export function Field({ label, help, error, needed, quietLabel, children }: FieldProps) {
  const id = useId()
  const describedBy = [help && `${id}-help`, error && `${id}-error`].filter(Boolean).join(' ')
  return (
    <div class="field">
      <label for={id} class={quietLabel ? 'hidden-visually' : ''}>
        {label}
        {needed && <span class="needed" aria-hidden="true">*</span>}
      </label>
      {children({ id, 'aria-describedby': describedBy || undefined, 'aria-invalid': error ? true : undefined })}
      {help && <div class="field-help" id={`${id}-help`}>{help}</div>}
      {error && <div class="field-error" id={`${id}-error`}>{error}</div>}
    </div>
  )
}
