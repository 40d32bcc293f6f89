import { useEffect, useState } from 'preact/hooks'
import { go } from '../../state/route'
import { Button } from '../../ui/button'
import { Field } from '../../ui/field'
import { words } from '../../words'
import { placeHref, type Place } from './place'
import { recent } from './recent'

/** Asks for a visitor's id, and offers those looked at before. */
export function Search({ place }: { place: Place }) {
  const w = words.value.visitor
  const [entered, setEntered] = useState(place.visitor)
  const [fault, setFault] = useState(false)
  useEffect(() => setEntered(place.visitor), [place.visitor])
  const others = recent.value.filter((one) => one !== place.visitor)
  const submit = (e: Event) => {
    e.preventDefault()
    const visitor = entered.trim()
    setFault(visitor === '')
    if (visitor !== '') go(placeHref({ ...place, visitor, pretend: undefined }))
  }
  return (
    <form class="stack tight" role="search" aria-label={w.find} onSubmit={submit}>
      <Field label={w.id} help={place.visitor === '' ? w.idHelp : undefined} error={fault ? <span role="alert">{w.idNeeded}</span> : undefined}>
        {(ids) => (
          <div class="row nowrap search-box">
            <input
              {...ids}
              class="mono grow"
              type="search"
              value={entered}
              maxLength={128}
              autocomplete="off"
              spellcheck={false}
              onInput={(e) => {
                setEntered(e.currentTarget.value)
                setFault(false)
              }}
            />
            <Button kind="primary" type="submit" icon="search">{words.value.common.show}</Button>
          </div>
        )}
      </Field>
      {others.length > 0 && (
        <p class="row small">
          <span class="quiet">{w.recent}:</span>
          {others.map((one) => (
            <a key={one} class="mono" href={placeHref({ ...place, visitor: one, pretend: undefined })}>{one}</a>
          ))}
        </p>
      )}
    </form>
  )
}
