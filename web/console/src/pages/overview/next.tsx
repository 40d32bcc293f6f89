import { changes, errorCount, livePublish, problems, snapshots } from '../../state/status'
import { problemHref } from '../../ui/problems'
import { words } from '../../words'
import { pageHref } from '../names'

/** The one thing that makes most sense now. */
export function NextStep() {
  const w = words.value.overview
  const { text, link, to } = step()
  return (
    <section class="card next" aria-labelledby="next-title">
      <div class="grow">
        <h2 id="next-title">{w.next}</h2>
        <p>{text}</p>
      </div>
      <a class="button primary" href={to}>{link}</a>
    </section>
  )
}

function step(): { text: string; link: string; to: string } {
  const w = words.value.overview
  const firstError = problems.value.find((one) => one.severity === 'error')
  const approved = snapshots.value?.approved
  if (firstError) {
    return { text: w.nextFix(errorCount.value), link: w.nextFixLink, to: problemHref(firstError) }
  }
  if (changes.value.length > 0) {
    const text = approved ? w.nextApproved(approved.by) : w.nextPublish(changes.value.length)
    return { text, link: w.nextPublishLink, to: pageHref('changes') }
  }
  if (!livePublish.value) {
    return { text: w.nextFirst, link: w.nextFirstLink, to: pageHref('tables', ['placements']) }
  }
  return { text: w.nextStart, link: words.value.common.editTables, to: pageHref('tables') }
}
