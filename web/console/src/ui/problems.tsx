import type { ComponentChildren } from 'preact'
import type { Problem } from '../api/problem'
import { pageHref } from '../pages/names'
import { words } from '../words'
import { Hidden } from './hidden'
import { Icon } from './icon'

/** The address of the cell that a problem is about. */
export function problemHref(problem: Problem): string {
  return pageHref('tables', [problem.table], { row: problem.row, column: problem.column })
}

interface ProblemsProps {
  problems: readonly Problem[]
  most?: number
  /** What to show below a message. */
  detail?: (problem: Problem) => ComponentChildren
}

/** Problems one below the other, each a way to its cell. */
export function Problems({ problems, most = 100, detail }: ProblemsProps) {
  const w = words.value
  return (
    <ul role="list" class="problems">
      {problems.slice(0, most).map((one, i) => {
        const place = [one.table, one.row || (one.table ? w.ui.wholeTable : ''), one.column].filter(Boolean).join(' › ')
        return (
          <li key={i} class={one.severity}>
            <Icon name={one.severity === 'error' ? 'error' : 'warning'} />
            <div class="grow">
              <Hidden>{one.severity === 'error' ? w.common.error : w.common.warning}: </Hidden>
              {place &&
                (one.table ? <a href={problemHref(one)}>{place}</a> : <strong>{place}</strong>)}
              <p>{one.message}</p>
              {detail?.(one)}
            </div>
          </li>
        )
      })}
    </ul>
  )
}
