import { Field } from '../field'
import { ChannelField, TextField } from '../text'
import { formatNumber, words } from '../../words'
import { localMoment, sizes, type SampleForm } from './sample'

interface OptionsProps {
  form: SampleForm
  onChange: (form: SampleForm) => void
}

/** What a dry run asks for: decisions that were made, or whom, when, and what their pages would send along. */
export function Options({ form, onChange }: OptionsProps) {
  const w = words.value
  const set = (more: Partial<SampleForm>) => onChange({ ...form, ...more })
  return (
    <>
      <Field label={w.dryrun.of}>
        {(ids) => (
          <select {...ids} value={form.of} onChange={(e) => set({ of: e.currentTarget.value as SampleForm['of'] })}>
            <option value="decisions">{w.dryrun.ofDecisions}</option>
            <option value="visitors">{w.dryrun.ofVisitors}</option>
          </select>
        )}
      </Field>
      {form.of === 'decisions' ? <Period form={form} set={set} /> : <Visitors form={form} set={set} />}
      <TextField label={w.dryrun.placements} value={form.placements} placeholder={w.dryrun.placementsAll} onChange={(placements) => set({ placements })} />
    </>
  )
}

interface PartProps {
  form: SampleForm
  set: (more: Partial<SampleForm>) => void
}

function Period({ form, set, needed }: PartProps & { needed?: boolean }) {
  const { from, to } = words.value.common
  return (
    <>
      <Moment label={from} needed={needed} value={form.at} onChange={(at) => set({ at })} />
      <Moment label={to} least={form.at} value={form.until} onChange={(until) => set({ until })} />
    </>
  )
}

function Visitors({ form, set }: PartProps) {
  const w = words.value
  return (
    <>
      <Field label={w.dryrun.who}>
        {(ids) => (
          <select {...ids} value={form.visitors} onChange={(e) => set({ visitors: Number(e.currentTarget.value) })}>
            {sizes.map((n) => <option key={n} value={n}>{n === 0 ? w.dryrun.whoAll : w.dryrun.whoSome(formatNumber(n))}</option>)}
          </select>
        )}
      </Field>
      <Field label={w.common.when}>
        {(ids) => (
          <select {...ids} value={form.when} onChange={(e) => set({ when: e.currentTarget.value as SampleForm['when'], at: form.at || localMoment(new Date()) })}>
            <option value="now">{w.common.now}</option>
            <option value="at">{w.dryrun.whenAt}</option>
            <option value="period">{w.dryrun.whenPeriod}</option>
          </select>
        )}
      </Field>
      {form.when === 'at' && <Moment label={w.common.moment} needed value={form.at} onChange={(at) => set({ at })} />}
      {form.when === 'period' && <Period form={form} set={set} needed />}
      <ChannelField value={form.channel} onChange={(channel) => set({ channel })} />
      <TextField label={w.common.language} value={form.locale} onChange={(locale) => set({ locale })} />
    </>
  )
}

interface MomentProps {
  label: string
  needed?: boolean
  least?: string
  value: string
  onChange: (value: string) => void
}

function Moment({ label, needed, least, value, onChange }: MomentProps) {
  return (
    <Field label={label}>
      {(ids) => <input {...ids} type="datetime-local" required={needed} min={least} value={value} onInput={(e) => onChange(e.currentTarget.value)} />}
    </Field>
  )
}
