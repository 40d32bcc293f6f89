import { changes, livePublish } from '../../state/status'
import { changeCounts } from '../../ui/diff/counts'
import { formatDateTime, formatNumber, words } from '../../words'
import { authorName } from '../../words/authors'

/** In words what a publish would do, and that it can be taken back. */
export function WhatHappens() {
  const w = words.value
  const n = changes.value.length
  const publish = livePublish.value
  return (
    <div class="stack tight">
      <p><strong>{w.changes.publishWhat(n, w.common.rows(n, formatNumber(n)), changeCounts(changes.value))}</strong></p>
      <p>{publish ? w.changes.publishInstead(formatDateTime(publish.at), authorName(publish.author)) : w.changes.publishFirst} {w.changes.publishReach}</p>
    </div>
  )
}
