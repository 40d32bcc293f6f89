import { go } from '../../state/route'
import { Button } from '../../ui/button'
import { Field } from '../../ui/field'
import { formatDateTime, words } from '../../words'
import { placeHref, type Place } from './place'

/** Chooses the moment that the page is about: now, or any other. */
export function Moment({ place }: { place: Place }) {
  const w = words.value.visitor
  const to = (at: string | undefined) => go(placeHref({ ...place, at }), true)
  return (
    <Field label={words.value.common.moment} help={place.at ? w.asOf(formatDateTime(place.at)) : w.momentHelp}>
      {(ids) => (
        <div class="row">
          <Button aria-pressed={!place.at} onClick={() => to(undefined)}>{words.value.common.now}</Button>
          <input
            {...ids}
            type="datetime-local"
            step={1}
            min="1990-01-01T00:00"
            max="2099-12-31T23:59"
            value={place.at ? localText(place.at) : ''}
            onChange={(e) => to(momentOf(e.currentTarget.value))}
          />
        </div>
      )}
    </Field>
  )
}

/** A moment as the browser's own field for time in the local zone has it. */
export function localText(at: string): string {
  const moment = new Date(at)
  return new Date(moment.getTime() - moment.getTimezoneOffset() * 60_000).toISOString().slice(0, 19)
}

function momentOf(text: string): string | undefined {
  const moment = new Date(text)
  return Number.isNaN(moment.getTime()) ? undefined : moment.toISOString()
}
