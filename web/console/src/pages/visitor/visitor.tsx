import { readJourney, readSteps } from '../../api/journey'
import { go } from '../../state/route'
import { Empty } from '../../ui/empty'
import { useLoad } from '../../ui/load'
import { ErrorNotice } from '../../ui/notice'
import { Loading } from '../../ui/progress'
import { Tabs } from '../../ui/tabs'
import { words } from '../../words'
import { Moment } from './moment'
import { currentPlace, placeHref, tabNames, type Place } from './place'
import { Search } from './search'
import { Sees } from './sees'
import { Evidence, Scores, Standing, WouldChange } from './standing'
import { Timeline } from './timeline'
import { TryOut } from './tryout'
import './visitor.css'

/** One visitor at a moment: where they stand and why, what they are shown and why, and what would change it. */
export function VisitorPage() {
  const w = words.value.visitor
  const place = currentPlace()
  const nobody = place.visitor === ''
  return (
    <div class="stack">
      <div class="card">
        <div class="grid-cards">
          <Search place={place} />
          {(!nobody || place.tab === 'tryout') && <Moment place={place} />}
        </div>
      </div>
      {nobody && place.tab !== 'tryout' && (
        <Empty icon="visitor" title={w.nobody}>
          <p>{w.nobodyText}</p>
          <a href={placeHref({ visitor: '', tab: 'tryout' })}>{w.tryNobody}</a>
        </Empty>
      )}
      {nobody && place.tab === 'tryout' && <TryOut key="" place={place} />}
      {!nobody && (
        <Tabs
          label={w.tabsLabel}
          tabs={tabNames.map((name) => ({ name, title: w.tabs[name] }))}
          selected={place.tab}
          onSelect={(tab) => go(placeHref({ visitor: place.visitor, at: place.at, tab }), true)}
        >
          {place.tab === 'journey' && <JourneyTab key={place.visitor} place={place} />}
          {place.tab === 'sees' && <Sees key={place.visitor} place={place} />}
          {place.tab === 'tryout' && <TryOut key={`${place.visitor} ${place.pretend}`} place={place} />}
        </Tabs>
      )}
    </div>
  )
}

function JourneyTab({ place }: { place: Place }) {
  const whole = useLoad(() => readSteps(place.visitor, undefined), [place.visitor])
  const then = useLoad(async () => (place.at ? readJourney(place.visitor, place.at) : undefined), [place.visitor, place.at])
  // Of a journey longer than its window, an early moment has steps of its own.
  const first = whole.data?.steps[0]?.at
  const before = whole.data?.phase?.truncated && place.at && first && Date.parse(place.at) < Date.parse(first) ? place.at : undefined
  const early = useLoad(async () => (before ? readSteps(place.visitor, before) : undefined), [before])
  const line = early.data ?? whole.data
  const journey = (place.at ? then.data : undefined) ?? whole.data
  const error = whole.error ?? then.error

  if (error !== null) return <ErrorNotice error={error} onRetry={whole.error ? whole.reload : then.reload} />
  if (!line || !journey) return <Loading />
  return (
    <div class="stack" aria-busy={then.loading}>
      {journey.phase && (
        <div class="grid-cards">
          <Standing phase={journey.phase} />
          <Scores phase={journey.phase} />
        </div>
      )}
      {line.steps.length > 0 && <Timeline journey={journey.at > line.at ? journey : line} steps={line.steps} place={place} />}
      {journey.phase && (
        <div class="grid-cards">
          <Evidence phase={journey.phase} steps={line.steps} place={place} />
          <WouldChange journey={journey} place={place} />
        </div>
      )}
    </div>
  )
}
