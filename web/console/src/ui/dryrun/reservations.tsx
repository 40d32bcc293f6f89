import type { DryRun, Of } from '../../api/dryrun'
import { formatNumber, formatPercent, words } from '../../words'
import { Notice } from '../notice'

/** What a dry run does not know, and what its sample is. */
export function Reservations({ run, named }: { run: DryRun; named?: Of }) {
  const told = reservations(run, named)
  if (told.length === 0) return null
  return <Notice tone="warn" live>{told.map((one) => <p key={one}>{one}</p>)}</Notice>
}

function reservations({ recorded, sample, statistics, decisions }: DryRun, named?: Of): string[] {
  const w = words.value.dryrun
  const told: string[] = []
  if (sample === 'visitors' && named === undefined) told.push(w.noneRecorded)
  if (statistics && statistics.length > 1) told.push(w.statisticsChanged)
  if (!recorded) return told
  if (decisions === 0) told.push(w.noneAgain)
  for (const { why, name = '', decisions: n } of recorded.left_out) told.push(w.leftOut(formatNumber(n), w.why[why](name)))
  if (recorded.others > 0) told.push(w.leftOut(formatNumber(recorded.others), w.otherPlacements))
  if (recorded.aged > 0) told.push(w.aged(formatNumber(recorded.aged)))
  const never = recorded.asked.filter((one) => one.decisions === 0).map((one) => one.placement)
  if (never.length > 0 && decisions > 0) told.push(w.neverAsked(never.join(', ')))
  const shares = recorded.shares.map((one) => one.share)
  if (shares.some((share) => share < 1)) told.push(w.shares(shares.map((share) => formatPercent(share, 1)).join(', ')))
  return told
}
