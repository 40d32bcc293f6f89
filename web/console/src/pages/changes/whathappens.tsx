import { changes, livePublish } from '../../state/status'
import { changeCounts } from '../../ui/diff/counts'
import { formatNumber, formatRelative, words } from '../../words'

/** In words what a publish would do, and that it can be taken back. */
export function WhatHappens() {
  const w = words.value
  const n = changes.value.length
  const publish = livePublish.value
  return (
    <div class="stack tight">
      <p><strong>{w.changes.publishWhat(w.common.rows(n, formatNumber(n)), changeCounts(changes.value))}</strong></p>
      <p>{publish ? w.changes.publishInstead(formatRelative(publish.at), publish.author) : w.changes.publishFirst} {w.changes.publishReach}</p>
    </div>
  )
}
