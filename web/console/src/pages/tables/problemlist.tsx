import type { Problem } from '../../api/problem'
import { href } from '../../state/route'
import { problems } from '../../state/status'
import { Button } from '../../ui/button'
import { words } from '../../words'
import { tableLabel } from '../../words/columns'
import { CellProblem } from './cellproblem'
import { rowsOf } from './data/rows'
import { show, type View } from './data/view'

const most = 200

/** Everything that is wrong with the table, beside it; each leads to its cell. */
export function ProblemList({ view, onClose }: { view: View; onClose: () => void }) {
  const w = words.value
  const mine = problems.value.filter((one) => one.table === view.table)
  const others = problems.value.filter((one) => one.table !== view.table)
  const title = w.tables.problemsOf(tableLabel(view.table))
  return (
    <aside class="panel" aria-label={title}>
      <header class="row apart">
        <h2>{title}</h2>
        <Button kind="quiet" icon="close" aria-label={w.common.close} onClick={onClose} />
      </header>
      <div class="panel-body">
        {mine.length === 0 && <p class="quiet">{w.tables.problemsNone}</p>}
        <ul role="list" class="stack tight">
          {mine.slice(0, most).map((one, i) => (
            <li key={i} class="problem-item">
              <PlaceButton view={view} problem={one} />
              <CellProblem problem={one} value={rowsOf(view.table).value?.get(one.row)?.row[one.column]} />
            </li>
          ))}
        </ul>
        {mine.length > most && <p class="quiet">{w.overview.problemsMore(mine.length - most)}</p>}
        {others.length > 0 && (
          <p>
            {w.tables.problemsElsewhere(others.length)}:{' '}
            {[...new Set(others.map((one) => one.table))].map((table, i) => (
              <span key={table}>
                {i > 0 && ', '}
                {table ? <a href={href('tables', [table])}>{tableLabel(table)}</a> : others.find((one) => one.table === '')?.message}
              </span>
            ))}
          </p>
        )}
      </div>
    </aside>
  )
}

function PlaceButton({ view, problem }: { view: View; problem: Problem }) {
  if (problem.row === '') return <strong>{words.value.ui.wholeTable}</strong>
  return (
    <button type="button" class="place" onClick={() => show(view, problem.row, problem.column)}>
      {[problem.row, problem.column].filter(Boolean).join(' › ')}
    </button>
  )
}
