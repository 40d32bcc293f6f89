import type { FilledPlacement, PlacementExplained, RuleExplained, ShownItem } from '../../api/decision'
import { phaseName } from '../../state/phases'
import { Badge } from '../../ui/badge'
import { Icon } from '../../ui/icon'
import { formatDateTime, formatNumber, words } from '../../words'
import { pageHref } from '../names'
import { failureSentence, type Speaker } from './failure'

interface AnswerProps {
  placement: FilledPlacement
  explained?: PlacementExplained
  /** What the other side of a comparison shows; what differs from it is marked. */
  other?: FilledPlacement | null
}

/** What one placement shows, and why. */
export function Answer({ placement, explained, other }: AnswerProps) {
  const w = words.value.visitor
  return (
    <div class="answer stack tight">
      <p class="row">
        {placement.fallback ? <Badge tone="warn">{w.fallback}</Badge> : <Icon name="check" size={16} />}
        <span>{placement.fallback ? (w.reasons[placement.reason ?? ''] ?? placement.reason) : <ByRule rule={placement.rule ?? ''} />}</span>
      </p>
      {placement.items.length === 0 && <p>{w.nothingShown}</p>}
      {placement.items.map((item, i) => {
        const there = other?.items.findIndex((one) => one.id === item.id) ?? -1
        return <Shown key={item.id} item={item} other={other === undefined ? undefined : (other?.items[there] ?? null)} moved={there >= 0 && there !== i} />
      })}
      {explained && <Why explained={explained} />}
    </div>
  )
}

function ByRule({ rule }: { rule: string }) {
  const w = words.value.visitor
  const [before, after] = w.byRule('\n').split('\n')
  return <>{w.shown} {before}<RowLink table="rules" row={rule} />{after}</>
}

function RowLink({ table, row }: { table: string; row: string }) {
  return <a class="mono" href={pageHref('tables', [table], { row })}>{row}</a>
}

/** The fields of an item as plain text. other: null where the other side does not show it. */
function Shown({ item, other, moved }: { item: ShownItem; other?: ShownItem | null; moved: boolean }) {
  const w = words.value.visitor
  const first = ['text', 'title']
  const fields = Object.entries(item.content).sort(([a], [b]) => first.indexOf(b) - first.indexOf(a))
  if (item.url) fields.push(['url', item.url])
  const differs = (name: string, value: string) => other != null && (name === 'url' ? other.url : other.content[name]) !== value
  return (
    <div class={`shown-item${other === null ? ' only-here' : ''}`}>
      <p class="row">
        <RowLink table="items" row={item.id} />
        <span class="small quiet">{item.kind}</span>
        {other === null && <Badge tone="info">{w.onlyHere}</Badge>}
        {moved && <Badge tone="info">{w.otherPlace}</Badge>}
      </p>
      <dl>
        {fields.map(([name, value]) => (
          <div key={name}>
            <dt>{name}</dt>
            <dd>{differs(name, value) ? <mark>{value}</mark> : value}</dd>
          </div>
        ))}
      </dl>
    </div>
  )
}

function Why({ explained }: { explained: PlacementExplained }) {
  const w = words.value.visitor
  const lost = explained.rules.filter((one) => !one.won).length
  const won = lost < explained.rules.length
  if (explained.rules.length === 0) return <p class="small quiet">{w.whyFallback(0)}</p>
  return (
    <details class="disclosure">
      <summary>{won ? w.why(lost) : w.whyFallback(lost)}</summary>
      <ol class="rules-tried">
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
