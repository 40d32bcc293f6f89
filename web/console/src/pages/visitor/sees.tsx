import { readTable } from '../../api/config'
import { preview } from '../../api/preview'
import { Card } from '../../ui/card'
import { useLoad } from '../../ui/load'
import { ErrorNotice, Notice } from '../../ui/notice'
import { Loading } from '../../ui/progress'
import { words } from '../../words'
import { Answer } from './answer'
import type { Place } from './place'
import { asked, declaredIn, situation } from './situation'
import { SituationForm } from './situation-form'

/** What every placement answers at the moment with what is live, and why. */
export function Sees({ place }: { place: Place }) {
  const w = words.value.visitor
  const settings = useLoad(() => readTable('settings'), [])
  const declared = declaredIn(settings.data ?? [])
  const now = situation.value
  const { data, error, reload } = useLoad(() => preview({ ...asked(now, declared), snapshot: 'live', visitor: place.visitor, at: place.at }), [place.visitor, place.at, now])
  return (
    <div class="stack">
      <div class="card"><SituationForm declared={declared} /></div>
      {error !== null ? <ErrorNotice error={error} onRetry={reload} /> : !data ? <Loading /> : (
        <>
          {!data.personal && <Notice tone="warn">{w.notPersonal}</Notice>}
          {Object.keys(data.placements).length === 0 && <p>{words.value.overview.liveNever}</p>}
          <div class="grid-cards">
            {Object.keys(data.placements).map((name) => <Card key={name} title={<span class="mono">{name}</span>}><Answer answer={data} name={name} /></Card>)}
          </div>
        </>
      )}
    </div>
  )
}
