import { useState } from 'preact/hooks'
import { readTable } from '../../api/config'
import { useLoad } from '../../ui/load'
import { Button } from '../../ui/button'
import { Choice } from '../../ui/choice'
import { ErrorNotice, Notice } from '../../ui/notice'
import { Loading } from '../../ui/progress'
import { words } from '../../words'
import { ask, comparisons, draftIsLive, type Comparison, type Side } from './comparison'
import { Beside } from './beside'
import type { Place } from './place'
import { Pretend } from './pretend'
import { likely, type Pretended } from './pretended'
import { declaredIn, notNumbers, situation } from './situation'
import { SituationForm } from './situation-form'

/** What would be shown if something had happened, or if the draft were live. Nothing is recorded. */
export function TryOut({ place }: { place: Place }) {
  const w = words.value.visitor
  const settings = useLoad(() => readTable('settings'), [])
  const known = settings.data !== undefined || settings.error !== null
  const declared = declaredIn(settings.data ?? [])
  const [touchpoints, setTouchpoints] = useState<Pretended[]>(place.pretend ? [{ ...likely, type: place.pretend }] : [])
  const [comparison, setComparison] = useState<Comparison>(place.pretend || draftIsLive() ? 'pretendLive' : 'draft')
  const [turn, setTurn] = useState(0)
  const sides = useLoad<Side[] | undefined>(
    async () => (known ? ask({ comparison, touchpoints, place, situation: situation.value, declared }) : undefined),
    [turn, place.visitor, place.at, known],
  )
  const submit = (e: Event) => {
    e.preventDefault()
    if (notNumbers(situation.value, declared).length === 0) setTurn(turn + 1)
  }
  return (
    <div class="stack">
      <Notice title={w.tryText}><p>{w.recordsNothing}</p></Notice>
      <form class="card" onSubmit={submit}>
        <Pretend touchpoints={touchpoints} onChange={setTouchpoints} />
        <SituationForm declared={declared} />
        <div class="row at-foot">
          <Choice label={w.compare} value={comparison} options={comparisons} name={(one) => w.compares[one]} onChange={setComparison} />
          <Button kind="primary" type="submit" icon="eye" busy={sides.loading}>{w.run}</Button>
        </div>
      </form>
      {sides.error !== null && <ErrorNotice error={sides.error} onRetry={sides.reload} />}
      {!sides.data && sides.error === null && <Loading />}
      {sides.data && sides.error === null && <Beside left={sides.data[0]!} right={sides.data[1]!} />}
    </div>
  )
}
