import { useState } from 'preact/hooks'
import { readTable } from '../../api/config'
import { changes } from '../../state/status'
import { useLoad } from '../../ui/load'
import { Button } from '../../ui/button'
import { Choice } from '../../ui/choice'
import { ErrorNotice, Notice } from '../../ui/notice'
import { Problems } from '../../ui/problems'
import { Loading } from '../../ui/progress'
import { words } from '../../words'
import { Beside } from './beside'
import { ask, snapshotNames, type SnapshotName } from './comparison'
import type { Place } from './place'
import { Pretend } from './pretend'
import { likely, type Pretended } from './pretended'
import { declaredIn, situation } from './situation'
import { SituationForm } from './situation-form'

/** What would be shown if something had happened, or if the draft were live. Nothing is recorded. */
export function TryOut({ place }: { place: Place }) {
  const w = words.value.visitor
  const settings = useLoad(() => readTable('settings'), [])
  const declared = declaredIn(settings.data ?? [])
  const [touchpoints, setTouchpoints] = useState<Pretended[]>(place.pretend ? [{ ...likely, type: place.pretend }] : [])
  const [snapshot, setSnapshot] = useState<SnapshotName>(place.pretend || changes.value.length === 0 ? 'live' : 'draft')
  const found = useLoad(() => ask({ snapshot, touchpoints, place, situation: situation.value, declared }), [place.visitor, place.at])
  const submit = (e: Event) => {
    e.preventDefault()
    found.reload()
  }
  return (
    <div class="stack">
      <Notice title={w.tryText}><p>{w.recordsNothing}</p></Notice>
      <form class="card" onSubmit={submit}>
        <Pretend touchpoints={touchpoints} onChange={setTouchpoints} />
        <SituationForm declared={declared} />
        <div class="row at-foot">
          <Choice label={w.tryWith} value={snapshot} options={snapshotNames} name={(one) => words.value.common[one]} onChange={setSnapshot} />
          <Button kind="primary" type="submit" icon="eye" busy={found.loading}>{w.run}</Button>
        </div>
      </form>
      {found.error !== null ? <ErrorNotice error={found.error} onRetry={found.reload} /> : !found.data ? <Loading /> : found.data.then ? (
        <Beside now={found.data.now} then={found.data.then} />
      ) : (
        <Notice tone="bad" live title={words.value.common.mendFirst}><Problems problems={found.data.problems ?? []} most={10} /></Notice>
      )}
    </div>
  )
}
