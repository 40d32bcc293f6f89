import { readTable } from '../../api/config'
import { changes, snapshots } from '../../state/status'
import { useLoad } from '../load'

/** The names of the placements of the draft and of what is live. */
export function usePlacements(): string[] {
  const { data } = useLoad(() => readTable('placements'), [snapshots.value?.draft, snapshots.value?.live])
  const removed = changes.value.filter((one) => one.table === 'placements' && one.change === 'removed').map((one) => one.row)
  return [...new Set([...(data ?? []).map((one) => one.row.id), ...removed])].sort()
}
