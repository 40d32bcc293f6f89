import { Choice } from '../../ui/choice'
import { Field } from '../../ui/field'
import { words } from '../../words'
import { windowNames, type Chosen } from './window'

interface WindowChooserProps {
  chosen: Chosen
  /** It ends before it begins. */
  wrong: boolean
  onChange: (chosen: Chosen) => void
}

/** Asks for the time that a report is about. */
export function WindowChooser({ chosen, wrong, onChange }: WindowChooserProps) {
  const w = words.value.journeys
  return (
    <div class="row at-foot">
      <Choice label={w.window} value={chosen.name} options={windowNames} name={(one) => w.windows[one]} onChange={(name) => onChange({ ...chosen, name })} />
      {chosen.name === 'chosen' && (
        <>
          <Field label={words.value.common.from}>
            {(ids) => <input {...ids} type="date" value={chosen.from} max={chosen.to || undefined} onChange={(e) => onChange({ ...chosen, from: e.currentTarget.value })} />}
          </Field>
          <Field label={words.value.common.to} error={wrong ? <span role="alert">{w.wrongOrder}</span> : undefined}>
            {(ids) => <input {...ids} type="date" value={chosen.to} min={chosen.from || undefined} onChange={(e) => onChange({ ...chosen, to: e.currentTarget.value })} />}
          </Field>
        </>
      )}
    </div>
  )
}
