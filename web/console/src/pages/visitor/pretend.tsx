import { nameOf, touchpointTypes } from '../../state/vocabulary'
import { Button } from '../../ui/button'
import { Choice } from '../../ui/choice'
import { Field } from '../../ui/field'
import { words } from '../../words'
import { likely, units, type Pretended, type Unit } from './pretended'
import { ChannelField, TextField } from './situation-form'

interface PretendProps {
  touchpoints: readonly Pretended[]
  onChange: (touchpoints: Pretended[]) => void
}

/** A list of touchpoints that are pretended to have happened. */
export function Pretend({ touchpoints, onChange }: PretendProps) {
  const w = words.value.visitor
  const set = (at: number, change: Partial<Pretended>) => onChange(touchpoints.map((one, i) => (i === at ? { ...one, ...change } : one)))
  return (
    <fieldset class="pretend">
      <legend>{w.pretended}</legend>
      {touchpoints.length === 0 && <p class="small quiet">{w.pretendedNone}</p>}
      {touchpoints.map((one, i) => (
        <div key={i} class="fields" role="group" aria-label={w.touchpoint(i + 1)}>
          <Choice label={w.what} value={one.type} options={touchpointTypes()} name={nameOf} onChange={(type) => set(i, { type })} />
          <ChannelField label={words.value.common.channel} value={one.channel} onInput={(channel) => set(i, { channel })} />
          <TextField label={w.item} value={one.item} placeholder="sofa-3" onInput={(item) => set(i, { item })} />
          <Field label={w.ago}>
            {(ids) => (
              <div class="row nowrap">
                {one.unit !== 'now' && (
                  <input class="amount" type="number" min={0} max={999} aria-label={w.amount} value={one.amount} onInput={(e) => set(i, { amount: Number(e.currentTarget.value) })} />
                )}
                <select {...ids} class="grow" value={one.unit} onChange={(e) => set(i, { unit: e.currentTarget.value as Unit, amount: one.amount || 1 })}>
                  {units.map((unit) => <option key={unit} value={unit}>{w.units[unit]}</option>)}
                </select>
              </div>
            )}
          </Field>
          <Button kind="quiet" icon="trash" class="at-end" aria-label={w.remove(i + 1)} onClick={() => onChange(touchpoints.filter((_, k) => k !== i))} />
        </div>
      ))}
      <div><Button icon="plus" small disabled={touchpoints.length >= 50} onClick={() => onChange([...touchpoints, likely])}>{w.addTouchpoint}</Button></div>
    </fieldset>
  )
}
