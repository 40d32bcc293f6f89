import { nameOf, touchpointTypes } from '../../state/vocabulary'
import { Button } from '../../ui/button'
import { Choice } from '../../ui/choice'
import { Field } from '../../ui/field'
import { ChannelField, TextField } from '../../ui/text'
import { words } from '../../words'
import { likely, type Pretended } from './pretended'

interface PretendProps {
  touchpoints: readonly Pretended[]
  onChange: (touchpoints: Pretended[]) => void
}

/** A list of touchpoints that are pretended to have happened. */
export function Pretend({ touchpoints, onChange }: PretendProps) {
  const w = words.value.visitor
  const set = (at: number, change: Partial<Pretended>) => onChange(touchpoints.map((one, i) => (i === at ? { ...one, ...change } : one)))
  return (
    <fieldset class="stack tight">
      <legend>{w.pretended}</legend>
      {touchpoints.map((one, i) => (
        <div key={i} class="fields" role="group" aria-label={w.touchpoint(i + 1)}>
          <Choice label={w.what} value={one.type} options={touchpointTypes()} name={nameOf} onChange={(type) => set(i, { type })} />
          <ChannelField value={one.channel} onChange={(channel) => set(i, { channel })} />
          <TextField label={w.item} value={one.item} placeholder="sofa-3" onChange={(item) => set(i, { item })} />
          <Field label={w.daysBefore}>
            {(ids) => <input {...ids} type="number" min={0} step="any" value={one.days} onChange={(e) => set(i, { days: Number(e.currentTarget.value) })} />}
          </Field>
          <Button kind="quiet" icon="trash" aria-label={w.remove(i + 1)} onClick={() => onChange(touchpoints.filter((_, k) => k !== i))} />
        </div>
      ))}
      <div><Button icon="plus" small disabled={touchpoints.length >= 50} onClick={() => onChange([...touchpoints, likely])}>{w.addTouchpoint}</Button></div>
    </fieldset>
  )
}
