import { useEffect, useMemo } from 'preact/hooks'
import { readDryRun } from '../../api/cycle'
import { createRun, type Pair } from '../../state/run'
import { DryRunPanel } from './panel'

/** A dry run of one snapshot in place of another, which ends with what shows it. */
export function DryRunBetween({ from, to }: Pair) {
  const run = useMemo(() => createRun(readDryRun), [])
  useEffect(() => run.stop, [run])
  return <DryRunPanel run={run} pair={{ from, to }} />
}
