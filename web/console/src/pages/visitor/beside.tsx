import { essence, type Preview } from '../../api/decision'
import { Badge, PhaseBadge } from '../../ui/badge'
import { Notice } from '../../ui/notice'
import { words } from '../../words'
import { Answer } from './answer'

/** Two answers side by side, placement by placement; those that are the same are told once and only if somebody wants to know. */
export function Beside({ now, then }: { now: Preview; then: Preview }) {
  const w = words.value.visitor
  const names = [...new Set([...Object.keys(now.placements), ...Object.keys(then.placements)])].sort()
  const differs = (name: string) => essence(now.placements[name]) !== essence(then.placements[name])
  const changed = names.filter(differs)
  const sides = [{ title: words.value.common.live, answer: now }, { title: w.then, answer: then }]
  return (
    <>
      {then.touchpoints.rejected.map((one) => (
        <Notice key={one.index} live tone="bad">{w.rejected(one.index + 1, one.field ?? '', one.message)}</Notice>
      ))}
      <Notice live tone={changed.length > 0 ? 'warn' : 'info'}>{changed.length > 0 ? w.differ(changed.length, names.length) : w.same}</Notice>
      <div class="beside">
        {sides.map(({ title, answer }) => (
          <section key={title} class="card">
            <h2>{title}</h2>
            {answer.phase && <p><PhaseBadge phase={answer.phase.name} /></p>}
            {!answer.personal && <p class="quiet">{w.notPersonal}</p>}
          </section>
        ))}
      </div>
      {changed.map((name) => (
        <section key={name} class="card">
          <h3 class="row apart"><span class="mono">{name}</span> <Badge tone="warn">{w.different}</Badge></h3>
          <div class="beside">
            {sides.map(({ title, answer }) => <div key={title}><Answer answer={answer} name={name} /></div>)}
          </div>
        </section>
      ))}
      {names.filter((name) => !differs(name)).map((name) => (
        <details key={name} class="card">
          <summary><span class="mono">{name}</span> <Badge>{w.equal}</Badge></summary>
          <Answer answer={then} name={name} />
        </details>
      ))}
    </>
  )
}
