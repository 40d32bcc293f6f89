import type { FilledPlacement, Preview } from '../../api/decision'
import { phaseName } from '../../state/phases'
import { Badge, PhaseBadge } from '../../ui/badge'
import { Notice } from '../../ui/notice'
import { Problems } from '../../ui/problems'
import { formatDateTime, formatPercent, words } from '../../words'
import { Answer } from './answer'
import { draftIsLive, type Side } from './comparison'
import { differences, type Difference } from './differences'

/** Two answers side by side, what differs marked. */
export function Beside({ left, right }: { left: Side; right: Side }) {
  const w = words.value.visitor
  const both = left.answer && right.answer ? { a: left.answer, b: right.answer } : null
  const refused = (right.answer ?? left.answer)?.touchpoints.rejected ?? []
  const rows = differences(left.answer ?? { placements: {} }, right.answer ?? { placements: {} })
  return (
    <div class="stack">
      {refused.map((one) => (
        <Notice key={one.index} live tone="bad"><p>{w.rejected(one.index + 1, one.field ?? '', one.message)}</p></Notice>
      ))}
      {both && <Summary a={both.a} b={both.b} changed={rows.filter((one) => one.differs).length} of={rows.length} hint={right.name === 'draft' && draftIsLive()} />}
      <div class="beside">
        <SideHead side={left} />
        <SideHead side={right} />
      </div>
      {rows.filter((row) => row.differs).map((row) => (
        <section key={row.placement} class="card" aria-labelledby={`beside-${row.placement}`}>
          <div class="row apart">
            <h3 id={`beside-${row.placement}`} class="mono">{row.placement}</h3>
            {both && <Badge tone="warn">{w.different}</Badge>}
          </div>
          <div class="beside">
            {left.answer && <Cell side={left} placement={row.left} other={both ? (row.right ?? null) : undefined} name={row.placement} />}
            {right.answer && <Cell side={right} placement={row.right} other={both ? (row.left ?? null) : undefined} name={row.placement} />}
          </div>
        </section>
      ))}
      {rows.filter((row) => !row.differs).map((row) => <Same key={row.placement} row={row} side={right} />)}
    </div>
  )
}

function Summary({ a, b, changed, of, hint }: { a: Preview; b: Preview; changed: number; of: number; hint: boolean }) {
  const w = words.value.visitor
  const moved = a.phase?.name !== b.phase?.name
  if (changed === 0 && !moved) return <Notice live title={w.same}>{hint && <p>{w.sameHint}</p>}</Notice>
  return (
    <Notice live tone="warn" title={w.differ(changed, of)}>
      {moved && <p>{w.phaseDiffers(phaseName(a.phase?.name ?? ''), phaseName(b.phase?.name ?? ''))}</p>}
    </Notice>
  )
}

function SideHead({ side }: { side: Side }) {
  const w = words.value.visitor
  const answer = side.answer
  return (
    <section class="card side-head">
      <h2>{w.sides[side.name]}</h2>
      {side.problems && (
        <>
          <p>{w.draftBroken}</p>
          <Problems problems={side.problems} most={10} />
        </>
      )}
      {answer?.phase && (
        <p class="row">
          <PhaseBadge phase={answer.phase.name} />
          <span>{formatPercent(answer.phase.confidence)}</span>
          <span class="quiet">{w.standings[answer.phase.standing] ?? answer.phase.standing}</span>
        </p>
      )}
      {answer && !answer.personal && <p class="quiet">{w.notPersonal}</p>}
      {answer && <p class="small quiet">{w.asOf(formatDateTime(answer.at))}</p>}
    </section>
  )
}

/** A placement that answers alike on both sides, told once and only if somebody wants to know. */
function Same({ row, side }: { row: Difference; side: Side }) {
  return (
    <details class="card same">
      <summary>
        <span class="row">
          <span class="mono strong">{row.placement}</span>
          <Badge>{words.value.visitor.equal}</Badge>
          <span class="quiet">{row.right?.items.map((one) => one.id).join(', ')}</span>
        </span>
      </summary>
      {row.right && <Answer placement={row.right} explained={explained(side, row.placement)} />}
    </details>
  )
}

function explained(side: Side, placement: string) {
  return side.answer?.explanation?.placements.find((one) => one.placement === placement)
}

function Cell({ side, placement, other, name }: { side: Side; placement?: FilledPlacement; other?: FilledPlacement | null; name: string }) {
  const w = words.value.visitor
  return (
    <div class="answer-side">
      <p class="small quiet">{w.sides[side.name]}</p>
      {placement ? (
        <Answer placement={placement} other={other} explained={explained(side, name)} />
      ) : (
        <p>{w.noSuchPlacement}</p>
      )}
    </div>
  )
}
