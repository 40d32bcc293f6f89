import { useId } from 'preact/hooks'
import { channels, nameOf } from '../../state/vocabulary'
import { Choice } from '../../ui/choice'
import { Field } from '../../ui/field'
import { words } from '../../words'
import { named, notNumbers, situation, type Declared, type Situation } from './situation'

const consents = ['stored', 'none', 'personalization', 'all'] as const

function yesNo(value: string): string {
  const { yes, no } = words.value.common
  return value === '' ? words.value.visitor.anyValue : value === 'true' ? yes : no
}

/** Asks for the circumstances of the question. */
export function SituationForm({ declared }: { declared: readonly Declared[] }) {
  const w = words.value.visitor
  const now = situation.value
  const set = (change: Partial<Situation>) => (situation.value = { ...situation.value, ...change })
  const faults = notNumbers(now, declared)
  return (
    <details class="disclosure situation">
      <summary>{[w.situation, ...named(now, declared)].join(' · ')}</summary>
      <div class="stack">
        <p class="small quiet">{w.situationText}</p>
        <div class="fields" role="group" aria-label={w.situation}>
          <ChannelField label={words.value.common.channel} value={now.channel} onInput={(channel) => set({ channel })} />
          <TextField label={words.value.common.language} value={now.locale} placeholder="de-AT" onInput={(locale) => set({ locale })} />
          <TextField label={w.country} value={now.country} placeholder="AT" onInput={(country) => set({ country })} />
          {declared.map(({ name, type }) => {
            const value = now.more[name] ?? ''
            const enter = (text: string) => set({ more: { ...situation.value.more, [name]: text } })
            return type === 'bool' ? (
              <Choice key={name} label={name} value={value} options={['', 'true', 'false']} name={yesNo} onChange={enter} />
            ) : (
              <TextField key={name} label={name} value={value} error={faults.includes(name) ? w.wrongNumber : undefined} onInput={enter} />
            )
          })}
          <Choice label={w.consent} value={now.consent} options={consents} name={(one) => w.consents[one]} onChange={(consent) => set({ consent })} />
        </div>
        <label class="row check">
          <input type="checkbox" checked={now.together} onChange={(e) => set({ together: e.currentTarget.checked })} />
          <span class="grow">{w.together}</span>
        </label>
      </div>
    </details>
  )
}

interface TextFieldProps {
  label: string
  value: string
  placeholder?: string
  error?: string
  list?: string
  onInput: (value: string) => void
}

export function TextField({ label, value, placeholder, error, list, onInput }: TextFieldProps) {
  return (
    <Field label={label} error={error}>
      {(ids) => (
        <input {...ids} value={value} placeholder={placeholder ?? words.value.visitor.anyValue} list={list} spellcheck={false} onInput={(e) => onInput(e.currentTarget.value)} />
      )}
    </Field>
  )
}

/** A channel by its own name, with the shipped ones offered. */
export function ChannelField({ label, value, onInput }: { label: string; value: string; onInput: (value: string) => void }) {
  const id = useId()
  return (
    <>
      <TextField label={label} value={value} list={id} onInput={onInput} />
      <datalist id={id}>
        {channels().map((one) => <option key={one} value={one}>{nameOf(one)}</option>)}
      </datalist>
    </>
  )
}
