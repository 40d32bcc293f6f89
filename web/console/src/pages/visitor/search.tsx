import { useEffect, useState } from 'preact/hooks'
import { go } from '../../state/route'
import { Button } from '../../ui/button'
import { Field } from '../../ui/field'
import { words } from '../../words'
import { placeHref, type Place } from './place'

/** Asks for a visitor's id. */
export function Search({ place }: { place: Place }) {
  const w = words.value.visitor
  const [entered, setEntered] = useState(place.visitor)
  useEffect(() => setEntered(place.visitor), [place.visitor])
  const submit = (e: Event) => {
    e.preventDefault()
    go(placeHref({ ...place, visitor: entered.trim(), pretend: undefined }))
  }
  return (
    <form role="search" aria-label={w.find} onSubmit={submit}>
      <Field label={w.id} help={w.idHelp}>
        {(ids) => (
          <div class="row nowrap">
            <input {...ids} class="mono grow" type="search" required maxLength={128} autocomplete="off" spellcheck={false} value={entered} onInput={(e) => setEntered(e.currentTarget.value)} />
            <Button kind="primary" type="submit">{words.value.common.show}</Button>
          </div>
        )}
      </Field>
    </form>
  )
}
