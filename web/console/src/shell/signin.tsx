import { useEffect, useState } from 'preact/hooks'
import { readSnapshots } from '../api/config'
import { ApiError } from '../api/problem'
import { expired, signIn } from '../state/session'
import { Button } from '../ui/button'
import { Field } from '../ui/field'
import { Notice, sentence } from '../ui/notice'
import { words } from '../words'
import { Preferences } from './preferences'

/** Asks for the admin key and tries it with a real call before it is kept. */
export function SignIn() {
  const w = words.value.shell
  const [entered, setEntered] = useState('')
  const [shown, setShown] = useState(false)
  const [busy, setBusy] = useState(false)
  const [fault, setFault] = useState<unknown>(null)

  useEffect(() => {
    document.title = `${w.signIn} · ${w.product}`
  }, [w])

  const submit = async (e: Event) => {
    e.preventDefault()
    const key = entered.trim()
    if (key === '') {
      setFault('empty')
      return
    }
    setBusy(true)
    try {
      await readSnapshots(key)
      signIn(key)
    } catch (error) {
      setFault(error)
      setBusy(false)
    }
  }

  const input = {
    class: 'grow mono',
    value: entered,
    autocomplete: 'current-password',
    spellcheck: false,
    autoFocus: true,
    onInput: (e: { currentTarget: HTMLInputElement }) => {
      setEntered(e.currentTarget.value)
      setFault(null)
    },
  } as const

  return (
    <main class="signin">
      <form class="card" onSubmit={submit} noValidate>
        <img src="./icon.svg" alt="" width="44" height="44" />
        <h1>{w.signInTitle}</h1>
        <p class="quiet">{w.tagline}</p>
        {expired.value && fault === null && <Notice tone="warn" live>{w.keyExpired}</Notice>}
        <Field label={w.adminKey} help={w.adminKeyHelp} error={fault === null ? undefined : <span role="alert">{keyFault(fault)}</span>}>
          {(ids) => (
            <div class="row nowrap">
              {shown ? <input {...ids} {...input} type="text" /> : <input {...ids} {...input} type="password" />}
              <Button icon="eye" aria-label={w.showKey} aria-pressed={shown} onClick={() => setShown(!shown)} />
            </div>
          )}
        </Field>
        <Button kind="primary" type="submit" busy={busy}>{w.signIn}</Button>
      </form>
      <Preferences />
    </main>
  )
}

function keyFault(fault: unknown): string {
  const w = words.value.shell
  if (fault === 'empty') return w.keyNeeded
  if (fault instanceof ApiError && fault.status === 401) return w.keyUnknown
  if (fault instanceof ApiError && fault.status === 403) return w.keyWrongKind
  return sentence(fault)
}
