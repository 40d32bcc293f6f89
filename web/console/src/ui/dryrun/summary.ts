import type { DryRun } from '../../api/dryrun'
import type { Words } from '../../words'

/** How much a dry run says would change, in a sentence. */
export function summary(run: DryRun, words: Pick<Words, 'common' | 'dryrun'>, number: (n: number) => string): string {
  const w = words.dryrun
  const visitors = words.common.visitors(run.visitors, number(run.visitors))
  if (run.recorded) {
    return run.changed === 0 ? w.nothingDecisions(number(run.decisions)) : w.differRecorded(number(run.changed), number(run.decisions))
  }
  if (run.at === undefined) {
    return run.changed === 0 ? w.nothingDecisions(number(run.decisions)) : w.differDecisions(number(run.changed), number(run.decisions), visitors)
  }
  return run.changed === 0 ? w.nothing(visitors) : w.differ(number(run.changed), run.visitors, number(run.visitors))
}
