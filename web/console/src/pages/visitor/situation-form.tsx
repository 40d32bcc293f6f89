import { useId } from 'preact/hooks'
import { channels, nameOf } from '../../state/vocabulary'
import { Choice } from '../../ui/choice'
import { Field } from '../../ui/field'
import { words } from '../../words'
import { consents, situation, type Declared, type Situation } from './situation'

/** Asks for the circumstances of the question. */
export function SituationForm({ declared }: { declared: readonly Declared[] }) {
  const w = words.value.visitor
  const { context, consent } = situation.value
  const set = (change: Partial<Situation>) => (situation.value = { ...situation.value, ...change })
  const enter = (name: string) => (text: string) => set({ context: { ...situation.value.context, [name]: text } })
  return (
    <details class="disclosure">
      <summary>{w.situation}</summary>
      <div class="fields" role="group" aria-label={w.situation}>
        <ChannelField value={context.channel ?? ''} onChange={enter('channel')} />
        <TextField label={words.value.common.language} value={context.locale ?? ''} placeholder="de-AT" onChange={enter('locale')} />
        <TextField label={w.country} value={context.country ?? ''} placeholder="AT" onChange={enter('country')} />
        {declared.map(({ name, type }) =>
          type === 'bool' ? (
            <Choice key={name} label={name} value={context[name] ?? ''} options={['', 'true', 'false']} name={(one) => one || w.anyValue} onChange={enter(name)} />
          ) : (
            <TextField key={name} label={name} value={context[name] ?? ''} onChange={enter(name)} />
          ),
        )}
        <Choice label={w.consent} value={consent} options={consents} name={(one) => w.consents[one]} onChange={(next) => set({ consent: next })} />
      </div>
    </details>
  )
}

interface TextFieldProps {
  label: string
  value: string
  placeholder?: string
  list?: string
  onChange: (value: string) => void
}

export function TextField({ label, value, placeholder, list, onChange }: TextFieldProps) {
  return (
    <Field label={label}>
      {(ids) => (
        <input {...ids} value={value} placeholder={placeholder ?? words.value.visitor.anyValue} list={list} spellcheck={false} onChange={(e) => onChange(e.currentTarget.value)} />
      )}
    </Field>
  )
}

/** A channel by its own name, with the shipped ones offered. */
export function ChannelField({ value, onChange }: { value: string; onChange: (value: string) => void }) {
  const id = useId()
  return (
    <>
      <TextField label={words.value.common.channel} value={value} list={id} onChange={onChange} />
      <datalist id={id}>
        {channels().map((one) => <option key={one} value={one}>{nameOf(one)}</option>)}
      </datalist>
    </>
  )
}
