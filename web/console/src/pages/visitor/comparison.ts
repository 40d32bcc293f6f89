import type { Preview, PreviewRequest } from '../../api/decision'
import { preview } from '../../api/preview'
import { refusedWith, type Problem } from '../../api/problem'
import { snapshots } from '../../state/status'
import type { Place } from './place'
import { pretendedAt, type Pretended } from './pretended'
import { asked, type Declared, type Situation } from './situation'

export const comparisons = ['draft', 'pretendLive', 'pretendDraft'] as const
export type Comparison = (typeof comparisons)[number]

/** Whether there is nothing in the draft that is not live. */
export function draftIsLive(): boolean {
  return snapshots.value !== null && snapshots.value.draft === snapshots.value.live
}

export type SideName = 'live' | 'draft' | 'without' | 'with'

/** One side of a comparison: its answer, or what keeps the draft from answering. */
export interface Side {
  name: SideName
  answer?: Preview
  problems?: Problem[]
}

interface Question {
  comparison: Comparison
  touchpoints: readonly Pretended[]
  place: Place
  situation: Situation
  declared: readonly Declared[]
}

/** Asks both sides for one and the same moment. */
export async function ask({ comparison, touchpoints, place, situation, declared }: Question): Promise<Side[]> {
  const at = place.at ?? new Date().toISOString()
  const request: PreviewRequest = { ...asked(situation, declared), visitor: place.visitor || undefined, at }
  const pretended = pretendedAt(touchpoints, Date.parse(at))
  const one = (name: SideName, snapshot: string, with_: boolean) =>
    side(name, { ...request, snapshot, touchpoints: with_ ? pretended : undefined }, situation.together)
  if (comparison === 'draft') return Promise.all([one('live', 'live', true), one('draft', 'draft', true)])
  const snapshot = comparison === 'pretendLive' ? 'live' : 'draft'
  return Promise.all([one('without', snapshot, false), one('with', snapshot, true)])
}

async function side(name: SideName, request: PreviewRequest, together: boolean): Promise<Side> {
  try {
    return { name, answer: await preview(request, together) }
  } catch (e) {
    if (refusedWith(e, 'config_problems')) return { name, problems: e.problems }
    throw e
  }
}
