import { useEffect, useState } from 'preact/hooks'
import { readTable } from '../../api/config'
import type { Preview } from '../../api/decision'
import { preview } from '../../api/preview'
import { Empty } from '../../ui/empty'
import { useLoad } from '../../ui/load'
import { ErrorNotice, Notice } from '../../ui/notice'
import { Loading } from '../../ui/progress'
import { words } from '../../words'
import { pageHref } from '../names'
import { Answer } from './answer'
import type { Place } from './place'
import { asked, declaredIn, notNumbers, situation } from './situation'
import { SituationForm } from './situation-form'

/** What every placement answers at the moment with what is live, and why. */
export function Sees({ place }: { place: Place }) {
  const w = words.value.visitor
  const settings = useLoad(() => readTable('settings'), [])
  const known = settings.data !== undefined || settings.error !== null
  const declared = declaredIn(settings.data ?? [])
  const now = useSettled(situation.value)
  const wrong = notNumbers(now, declared).length > 0
  const answer = useLoad(async () => {
    if (!known || wrong) return undefined
    return preview({ ...asked(now, declared), snapshot: 'live', visitor: place.visitor, at: place.at }, now.together)
  }, [place.visitor, place.at, now, known])
  return (
    <div class="stack">
      <p class="quiet">{w.seesText}</p>
      <div class="card"><SituationForm declared={declared} /></div>
      {answer.error !== null && <ErrorNotice error={answer.error} onRetry={answer.reload} />}
      {!answer.data && !wrong && answer.error === null && <Loading />}
      {answer.data && answer.error === null && <Placements answer={answer.data} />}
    </div>
  )
}

/** A value once it has not changed for a moment, so that typing does not ask at every letter. */
function useSettled<T>(value: T): T {
  const [settled, setSettled] = useState(value)
  useEffect(() => {
    const timer = setTimeout(() => setSettled(value), 400)
    return () => clearTimeout(timer)
  }, [value])
  return settled
}

function Placements({ answer }: { answer: Preview }) {
  const w = words.value.visitor
  const names = Object.keys(answer.placements)
  if (names.length === 0) {
    return (
      <Empty icon="tables" title={w.noPlacements}>
        <p>{w.noPlacementsText}</p>
        <a href={pageHref('tables', ['placements'])}>{words.value.shell.pages.tables}</a>
      </Empty>
    )
  }
  return (
    <>
      {!answer.personal && <Notice tone="warn"><p>{w.notPersonal}</p></Notice>}
      <div class="answers">
        {names.map((name) => (
          <section key={name} class="card" aria-labelledby={`sees-${name}`}>
            <h2 id={`sees-${name}`} class="mono">{name}</h2>
            <Answer placement={answer.placements[name]!} explained={answer.explanation?.placements.find((one) => one.placement === name)} />
          </section>
        ))}
      </div>
    </>
  )
}
