import { Choice } from '../../ui/choice'
import { ChannelField, TextField } from '../../ui/text'
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
            <Choice key={name} label={name} value={context[name] ?? ''} options={['', 'true', 'false']} name={(one) => one || words.value.common.anyValue} onChange={enter(name)} />
          ) : (
            <TextField key={name} label={name} value={context[name] ?? ''} onChange={enter(name)} />
          ),
        )}
        <Choice label={w.consent} value={consent} options={consents} name={(one) => w.consents[one]} onChange={(next) => set({ consent: next })} />
      </div>
    </details>
  )
}
