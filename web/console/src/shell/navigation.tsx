import { pageNames, type PageName } from '../pages/names'
import { href } from '../state/route'
import { errorCount, problems } from '../state/status'
import { Badge } from '../ui/badge'
import { Hidden } from '../ui/hidden'
import { Icon } from '../ui/icon'
import { words } from '../words'

export function Navigation({ page }: { page: PageName }) {
  const w = words.value.shell
  return (
    <nav aria-label={w.navigation}>
      <ul role="list">
        {pageNames.map((name: PageName) => (
          <li key={name}>
            <a href={href(name)} aria-current={name === page ? 'page' : undefined}>
              <Icon name={name} size={20} />
              <span class="grow">{w.pages[name]}</span>
              {name === 'tables' && <ProblemCount />}
            </a>
          </li>
        ))}
      </ul>
    </nav>
  )
}

function ProblemCount() {
  const n = problems.value.length
  if (n === 0) return null
  const w = words.value.common
  const errors = errorCount.value
  return (
    <Badge tone={errors > 0 ? 'bad' : 'warn'}>
      {errors || n}
      <Hidden> {errors > 0 ? w.errors(errors) : w.warnings(n)}</Hidden>
    </Badge>
  )
}
