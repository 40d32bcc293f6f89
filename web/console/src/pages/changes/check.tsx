import { readTable } from '../../api/config'
import type { Problem } from '../../api/problem'
import { errorCount, problems, warningCount } from '../../state/status'
import { useLoad } from '../../ui/load'
import { Notice } from '../../ui/notice'
import { Problems } from '../../ui/problems'
import { words } from '../../words'
import { placeOf } from './caret'

/** Everything that is wrong with the draft: what holds it back, then what only may be meant otherwise. */
export function Check() {
  const w = words.value.changes
  const all = problems.value
  const texts = useTexts(all)
  const detail = (problem: Problem) => <Caret problem={problem} text={texts(problem)} />
  const errors = all.filter((one) => one.severity === 'error')
  const warnings = all.filter((one) => one.severity === 'warning')
  return (
    <>
      {errors.length > 0 && (
        <div class="stack tight">
          <h3>{w.errorsTitle(errorCount.value)}</h3>
          <p class="quiet">{w.errorsText}</p>
          <Problems problems={errors} detail={detail} />
        </div>
      )}
      {warnings.length > 0 && (
        <div class="stack tight">
          <h3>{w.warningsTitle(warningCount.value)}</h3>
          <p class="quiet">{w.warningsText}</p>
          <Problems problems={warnings} detail={detail} />
        </div>
      )}
      {all.length === 0 && <Notice tone="good">{words.value.common.fine}</Notice>}
    </>
  )
}

function Caret({ problem, text }: { problem: Problem; text: string | undefined }) {
  if (text === undefined || problem.offset === 0) return null
  const place = placeOf(text, problem.offset)
  return (
    <>
      <pre class="problem-place">
        {place.line}
        <span aria-hidden="true">{`\n${' '.repeat(place.before)}▲`}</span>
      </pre>
      <p class="hidden-visually">{words.value.changes.at(place.character)}</p>
    </>
  )
}

/** Reads the texts of the cells in which a problem has a place. */
function useTexts(all: readonly Problem[]): (problem: Problem) => string | undefined {
  const tables = [...new Set(all.filter((one) => one.offset > 0).map((one) => one.table))].sort()
  const { data } = useLoad(
    async () => new Map(await Promise.all(tables.map(async (table) => [table, await readTable(table)] as const))),
    [tables.join(), all],
  )
  return (problem) => {
    const row = data?.get(problem.table)?.find((one) => one.row.id === problem.row)?.row
    const cell = row?.[problem.column]
    return typeof cell === 'string' ? cell : undefined
  }
}
