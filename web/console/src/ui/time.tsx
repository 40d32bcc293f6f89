import { formatDateTime, formatRelative } from '../words'

/** A moment as its distance from now; pointing at it shows the moment itself. */
export function Time({ at, exact }: { at: string; exact?: boolean }) {
  return (
    <time dateTime={at} title={formatDateTime(at)}>
      {exact ? formatDateTime(at) : formatRelative(at)}
    </time>
  )
}
