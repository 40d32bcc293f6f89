import type { PlacementExplained, Preview, RankExplained, RuleExplained, ShownItem } from '../../api/decision'
import { phaseName } from '../../state/phases'
import { Badge } from '../../ui/badge'
import { formatDateTime, formatNumber, words } from '../../words'
import { pageHref } from '../names'
import { failureSentence, type Speaker } from './failure'

/** What one placement shows, and why. */
export function Answer({ answer, name }: { answer: Preview; name: string }) {
  const w = words.value.visitor
  const placement = answer.placements[name]
  const explained = answer.explanation?.placements.find((one) => one.placement === name)
  if (!placement) return <p>{w.noSuchPlacement}</p>
  return (
    <div class="stack tight">
      <p>
        {placement.fallback ? <><Badge tone="warn">{w.fallback}</Badge> {w.reasons[placement.reason ?? ''] ?? placement.reason}</> : <>{w.byRule} <RowLink table="rules" row={placement.rule ?? ''} /></>}
      </p>
      {placement.items.length === 0 && <p>{w.nothingShown}</p>}
      {placement.items.map((item) => <Shown key={item.id} item={item} />)}
      {answer.explanation?.arms?.map((arm) => <p key={arm}>{w.arms[arm] ?? arm}</p>)}
      {explained && <Why explained={explained} />}
    </div>
  )
}

function RowLink({ table, row }: { table: string; row: string }) {
  return <a class="mono" href={pageHref('tables', [table], { row })}>{row}</a>
}

/** The fields of an item as plain text. */
function Shown({ item }: { item: ShownItem }) {
  const fields = Object.entries({ ...item.content, ...(item.url && { url: item.url }) })
  return (
    <div class="shown-item">
      <p><RowLink table="items" row={item.id} /> <span class="small quiet">{item.kind}</span></p>
      <dl class="facts">
        {fields.map(([name, value]) => (
          <>
            <dt>{name}</dt>
            <dd>{value}</dd>
          </>
        ))}
      </dl>
    </div>
  )
}

function Why({ explained }: { explained: PlacementExplained }) {
  const w = words.value.visitor
  if (explained.rules.length === 0) return <p class="small quiet">{w.noRule}</p>
  return (
    <details class="disclosure">
      <summary>{w.why(explained.rules.length)}</summary>
      <ol>
        {explained.rules.map((one) => <RuleTried key={one.rule} rule={one} />)}
      </ol>
    </details>
  )
}

function RuleTried({ rule }: { rule: RuleExplained }) {
  const w = words.value.visitor
  return (
    <li>
      <p class="row">
        <RowLink table="rules" row={rule.rule} />
        <Badge tone={rule.won ? 'good' : undefined}>{rule.won ? w.won : w.lost}</Badge>
      </p>
      {rule.failed && <p><Coded text={failureSentence(rule.failed, 'rule', speaker())} /></p>}
      {rule.items && (
        <ul>
          {rule.items.map((one) => (
            <li key={one.item}>
              <RowLink table="items" row={one.item} />{' '}
              {one.shown ? <Badge tone="good">{w.itemShown}</Badge> : one.failed ? <Coded text={failureSentence(one.failed, 'item', speaker())} /> : rule.won && <span class="quiet">{w.itemNext}</span>}
              {one.rank && <Ranked rank={one.rank} />}
              {one.weight !== undefined && <span class="small quiet"> {w.weight(formatNumber(one.weight))}</span>}
              {one.boosts?.map((boost) => (
                <span key={boost.tag} class="small quiet"> · {w.boost(boost.tag, formatNumber(boost.percent / 100, { style: 'percent', signDisplay: 'always' }))}</span>
              ))}
            </li>
          ))}
        </ul>
      )}
    </li>
  )
}

function Ranked({ rank }: { rank: RankExplained }) {
  const w = words.value.visitor
  const share = (n: number) => formatNumber(n, { style: 'percent', maximumSignificantDigits: 3 })
  const factors = [rank.margin, rank.weight, rank.lever].map((n) => formatNumber(n)).join(' × ')
  return <span class="small quiet"> {w.rank(share(rank.propensity), w.beliefs[rank.from], factors, share(rank.probability))}</span>
}

function speaker(): Speaker {
  return {
    words: words.value.visitor,
    phase: phaseName,
    moment: formatDateTime,
    number: (n) => formatNumber(n, { maximumFractionDigits: 2 }),
  }
}

/** A sentence whose parts between backticks are code. */
function Coded({ text }: { text: string }) {
  return <>{text.split('`').map((part, i) => (i % 2 === 1 ? <code key={i}>{part}</code> : part))}</>
}
