import { computed } from '@preact/signals'
import { draftRun } from '../../state/draftrun'
import { errorCount, snapshots } from '../../state/status'
import { DryRunPanel } from '../../ui/dryrun/panel'
import { words } from '../../words'

/** Whether the draft, or what is live, is no longer what the dry run compared. */
export const trialOutdated = computed(() => {
  const { sum } = draftRun.state.value
  const now = snapshots.value
  return sum !== undefined && now !== null && (sum.from !== now.live || sum.to !== now.draft)
})

/** Tries the draft against what is live. */
export function Trial() {
  const blocked = errorCount.value > 0 ? words.value.common.mendFirst : undefined
  return <DryRunPanel run={draftRun} pair={{ from: 'live', to: 'draft' }} outdated={trialOutdated.value} blocked={blocked} />
}
