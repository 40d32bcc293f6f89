import { useState } from 'preact/hooks'
import { channels, nameOf } from '../../state/vocabulary'
import { Field } from '../field'
import { Select } from '../select'
import { formatNumber, words } from '../../words'
import { localMoment, sizes, type SampleFault, type SampleForm } from './sample'

interface OptionsProps {
  form: SampleForm
  onChange: (form: SampleForm) => void
  placements: readonly string[]
  fault?: SampleFault
}

const day = 86_400_000

/** Whom a dry run asks, when, and for what. */
export function Options({ form, onChange, placements, fault }: OptionsProps) {
  const w = words.value.dryrun
  const set = (more: Partial<SampleForm>) => onChange({ ...form, ...more })
  const setWhen = (when: SampleForm['when']) => {
    const now = new Date()
    const at = form.at || localMoment(now)
    const since = form.since || localMoment(new Date(now.getTime() - 7 * day))
    set({ when, at, since })
  }
  return (
    <div class="stack tight">
      <div class="dryrun-options">
        <Field label={w.who}>
          {(ids) => (
            <select {...ids} value={form.visitors} onChange={(e) => set({ visitors: Number(e.currentTarget.value) })}>
              {sizes.map((n) => <option key={n} value={n}>{n === 0 ? w.whoAll : w.whoSome(formatNumber(n))}</option>)}
            </select>
          )}
        </Field>
        <Field label={words.value.common.when} help={form.when === 'period' ? w.whenPeriodHelp : undefined}>
          {(ids) => (
            <select {...ids} value={form.when} onChange={(e) => setWhen(e.currentTarget.value as SampleForm['when'])}>
              <option value="now">{words.value.common.now}</option>
              <option value="at">{w.whenAt}</option>
              <option value="period">{w.whenPeriod}</option>
            </select>
          )}
        </Field>
        {form.when === 'at' && <Moment label={words.value.common.moment} value={form.at} onChange={(at) => set({ at })} error={fault === 'at' ? w.badTime : undefined} />}
        {form.when === 'period' && (
          <>
            <Moment label={words.value.common.from} value={form.since} onChange={(since) => set({ since })} error={fault === 'at' ? w.badTime : fault === 'period' ? w.badPeriod : undefined} />
            <Moment label={words.value.common.to} help={w.untilHelp} value={form.until} onChange={(until) => set({ until })} />
          </>
        )}
      </div>
      <More form={form} set={set} placements={placements} fault={fault} />
    </div>
  )
}

interface MomentProps {
  label: string
  help?: string
  value: string
  onChange: (value: string) => void
  error?: string
}

function Moment({ label, help, value, onChange, error }: MomentProps) {
  return (
    <Field label={label} help={help} error={error && <span role="alert">{error}</span>}>
      {(ids) => <input {...ids} type="datetime-local" value={value} onInput={(e) => onChange(e.currentTarget.value)} />}
    </Field>
  )
}

interface MoreProps extends Pick<OptionsProps, 'form' | 'placements' | 'fault'> {
  set: (more: Partial<SampleForm>) => void
}

function More({ form, set, placements, fault }: MoreProps) {
  const w = words.value.dryrun
  const [open, setOpen] = useState(false)
  const chosen = placements.length - form.without.filter((one) => placements.includes(one)).length
  return (
    <details open={open || fault === 'placements'} onToggle={(e) => setOpen(e.currentTarget.open)}>
      <summary>{w.more}</summary>
      <div class="stack dryrun-more">
        {placements.length > 0 && (
          <fieldset>
            <legend>{w.placements} <span class="quiet">({chosen === placements.length ? w.placementsAll : w.placementsSome(chosen, placements.length)})</span></legend>
            {placements.map((name) => (
              <label key={name}>
                <input
                  type="checkbox"
                  checked={!form.without.includes(name)}
                  onChange={(e) => set({ without: e.currentTarget.checked ? form.without.filter((one) => one !== name) : [...form.without, name] })}
                />
                {name}
              </label>
            ))}
            {fault === 'placements' && <p class="field-error" role="alert">{w.placementsNone}</p>}
          </fieldset>
        )}
        <fieldset>
          <legend>{w.context}</legend>
          <p class="field-help">{w.contextHelp}</p>
          <Select
            label={words.value.common.channel}
            value={form.channel}
            options={[{ value: '', label: w.channelAny }, ...channels().map((value) => ({ value, label: nameOf(value) }))]}
            onChange={(channel) => set({ channel })}
          />
          <Field label={words.value.common.language} help={w.localeExample}>
            {(ids) => <input {...ids} size={10} value={form.locale} onInput={(e) => set({ locale: e.currentTarget.value })} />}
          </Field>
        </fieldset>
      </div>
    </details>
  )
}
