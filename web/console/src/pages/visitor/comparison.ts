import type { Preview, PreviewRequest } from '../../api/decision'
import { preview } from '../../api/preview'
import { refusedWith, type Problem } from '../../api/problem'
import type { Place } from './place'
import { pretendedAt, type Pretended } from './pretended'
import { asked, type Declared, type Situation } from './situation'

export const snapshotNames = ['live', 'draft'] as const
export type SnapshotName = (typeof snapshotNames)[number]

/** What would be shown, or what keeps the draft from answering, beside what is shown now. */
export interface Comparison {
  now: Preview
  then?: Preview
  problems?: Problem[]
}

interface Question {
  /** With what the pretended touchpoints are tried. */
  snapshot: SnapshotName
  touchpoints: readonly Pretended[]
  place: Place
  situation: Situation
  declared: readonly Declared[]
}

/** Asks both sides for one and the same moment. */
export async function ask({ snapshot, touchpoints, place, situation, declared }: Question): Promise<Comparison> {
  const at = place.at ?? new Date().toISOString()
  const request: PreviewRequest = { ...asked(situation, declared), visitor: place.visitor || undefined, at }
  const [now, then] = await Promise.all([
    preview({ ...request, snapshot: 'live' }),
    preview({ ...request, snapshot, touchpoints: pretendedAt(touchpoints, Date.parse(at)) }).then(
      (answer) => ({ then: answer }),
      (e: unknown) => {
        if (refusedWith(e, 'config_problems')) return { problems: e.problems }
        throw e
      },
    ),
  ])
  return { now, ...then }
}
