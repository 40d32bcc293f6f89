import type { CellValue } from '../../api/config'
import type { Problem } from '../../api/problem'
import { cellColumn } from '../../registry'
import { problems } from '../../state/status'
import { Button } from '../../ui/button'
import { Hidden } from '../../ui/hidden'
import { Icon } from '../../ui/icon'
import { words } from '../../words'
import { setCells } from './data/edits'
import { markKey, marks, type Faults } from './data/marks'
import { caretLine, meantName, mended } from './data/placement'

/** What is wrong with a cell of a row: what kept it from being stored comes first. The id shows what concerns the row. */
export function wrongWith(name: string, problems: readonly Problem[], faults: Faults | undefined): Problem[] {
  const names = name === 'id' ? ['', 'id'] : [name]
  const kept = names.flatMap((one) => faults?.[one] ?? [])
  return [
    ...kept.map((fault) => ({ table: '', row: '', column: name, offset: 0, severity: 'error' as const, message: `${words.value.tables.notSaved}: ${fault}` })),
    ...problems.filter((one) => names.includes(one.column)),
  ]
}

/** Everything that is wrong with a cell. */
export function CellProblems({ table, id, name, value }: { table: string; id: string; name: string; value: CellValue | undefined }) {
  const wrong = wrongWith(name, problems.value.filter((one) => one.table === table && one.row === id), marks.value.get(markKey(table, id)))
  return <>{wrong.map((one, i) => <CellProblem key={i} problem={one} value={value} />)}</>
}

/** One problem of a cell: the sentence, the place in its text, and the way to put it right. */
function CellProblem({ problem, value }: { problem: Problem; value: CellValue | undefined }) {
  const w = words.value
  const { table, row, severity, message } = problem
  const column = cellColumn(table, row, problem.column)
  const right = column && mended(problem, value, column)
  return (
    <div class={`cell-fault ${severity}`}>
      <Icon name={severity} size={16} />
      <div class="grow">
        <p>
          <Hidden>{w.common[severity]}: </Hidden>
          {message}
        </p>
        {column?.type === 'condition' && typeof value === 'string' && <pre class="caret" aria-hidden="true">{caretLine(value, problem.offset)}</pre>}
      </div>
      {right !== undefined && (
        <Button small kind="primary" icon="check" onClick={() => setCells(table, [{ id: row, cells: { [problem.column]: right } }])}>
          {w.ui.didYouMean(meantName(message)!)}
        </Button>
      )}
    </div>
  )
}
