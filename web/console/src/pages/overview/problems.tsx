import { errorCount, problems, warningCount } from '../../state/status'
import { Badge } from '../../ui/badge'
import { Card } from '../../ui/card'
import { Problems } from '../../ui/problems'
import { words } from '../../words'
import { pageHref } from '../names'

const shown = 4

/** How many problems the draft has, the first of them, and the way to all. */
export function ProblemsCard() {
  const w = words.value
  const list = problems.value
  return (
    <Card title={w.common.problems}>
      {list.length === 0 ? (
        <p>{w.common.fine}</p>
      ) : (
        <>
          <p class="row">
            {errorCount.value > 0 && <Badge tone="bad">{w.common.errors(errorCount.value)}</Badge>}
            {warningCount.value > 0 && <Badge tone="warn">{w.common.warnings(warningCount.value)}</Badge>}
          </p>
          <Problems problems={list} most={shown} />
          {list.length > shown && <a href={pageHref('changes')}>{w.overview.problemsMore(list.length - shown)}</a>}
        </>
      )}
    </Card>
  )
}
