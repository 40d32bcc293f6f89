import { livePublish, snapshots } from '../../state/status'
import { Card } from '../../ui/card'
import { Time } from '../../ui/time'
import { words } from '../../words'
import { authorName, noteText } from '../../words/authors'
import { pageHref } from '../names'

/** What is live, since when, and by whom. */
export function LiveCard() {
  const w = words.value.overview
  const publish = livePublish.value
  return (
    <Card title={words.value.common.live}>
      {publish ? (
        <>
          <p class="figure"><Time at={publish.at} /></p>
          <p>
            <Time at={publish.at} exact />, {w.liveBy(authorName(publish.author))} {publish.note && w.liveNote(noteText(publish.note))}
          </p>
        </>
      ) : (
        <p>{w.liveNever}</p>
      )}
      <p class="small quiet truncate">
        {words.value.common.snapshot} <code>{snapshots.value?.live}</code>
      </p>
      {publish && <a href={pageHref('history')}>{w.liveHistory}</a>}
    </Card>
  )
}
