import type { CellValue } from '../../api/config'
import type { Problem } from '../../api/problem'
import { cellColumn } from '../../registry'
import { Button } from '../../ui/button'
import { Hidden } from '../../ui/hidden'
import { Icon } from '../../ui/icon'
import { words } from '../../words'
import { setCells } from './data/edits'
import { caretLine, mended, meantName } from './data/placement'

/** One problem of a cell: the sentence, the place in its text, and the way to put it right. */
export function CellProblem({ problem, value }: { problem: Problem; value: CellValue | undefined }) {
  const w = words.value
  const column = cellColumn(problem.table, problem.row, problem.column)
  const right = column && mended(problem, value, column)
  const caret = column?.type === 'condition' && typeof value === 'string' ? excerpt(caretLine(value, problem.offset)) : undefined
  return (
    <div class={`cell-fault ${problem.severity}`}>
      <Icon name={problem.severity === 'error' ? 'error' : 'warning'} size={16} />
      <div class="grow">
        <p>
          <Hidden>{problem.severity === 'error' ? w.common.error : w.common.warning}: </Hidden>
          {problem.message}
        </p>
        {caret && (
          <pre class="caret" aria-hidden="true">
            {caret.line}
            {'\n'}
            {' '.repeat(caret.before)}
            <b>^</b>
          </pre>
        )}
      </div>
      {right !== undefined && (
        <Button small kind="primary" icon="check" onClick={() => setCells(problem.table, [{ id: problem.row, cells: { [problem.column]: right } }])}>
          {w.ui.didYouMean(meantName(problem.message) ?? '')}
        </Button>
      )}
    </div>
  )
}

/** The line from a little before the place on, so that the place is in sight. */
function excerpt({ line, before }: { line: string; before: number }): { line: string; before: number } {
  const cut = before - 16
  return cut <= 1 ? { line, before } : { line: `…${[...line].slice(cut).join('')}`, before: 17 }
}
