import { words } from '../words'

/** How far something is. Without max nobody knows how long it takes. */
export function Progress({ label, value, max }: { label: string; value?: number; max?: number }) {
  return (
    <div class="progress">
      <span class="small" aria-live="polite">{label}</span>
      <progress aria-label={label} value={max === undefined ? undefined : value} max={max} />
    </div>
  )
}

/** Stands in for what is being read. */
export function Loading() {
  return (
    <div class="loading" role="status">
      <span class="spinner" aria-hidden="true" />
      {words.value.common.loading}
    </div>
  )
}
