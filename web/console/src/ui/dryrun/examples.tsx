import type { Example } from '../../api/dryrun'
import { hasPage, pageHref } from '../../pages/names'
import { formatDateTime, words } from '../../words'
import { Button } from '../button'

interface ExamplesProps {
  id: string
  /** Of what they are examples. */
  what: string
  examples: readonly Example[]
  /** The part of the visitor's page that tells most. */
  tab?: 'sees'
  onClose: () => void
}

/** Visitors to look at, each a way to the visitor at that moment. */
export function Examples({ id, what, examples, tab, onClose }: ExamplesProps) {
  const w = words.value
  return (
    <div class="examples" id={id} role="region" aria-label={w.dryrun.examplesOf(what)}>
      <div class="row apart nowrap">
        <p aria-live="polite"><strong>{w.dryrun.examplesOf(what)}</strong></p>
        <Button small kind="quiet" icon="close" aria-label={w.common.close} onClick={onClose} />
      </div>
      <ul role="list">
        {examples.map((one) => (
          <li key={one.visitor + one.at + one.channel}>
            {hasPage('visitor') ? (
              <a href={pageHref('visitor', [one.visitor], { at: one.at, tab })} title={w.dryrun.examplesHelp}>{one.visitor}</a>
            ) : (
              <strong>{one.visitor}</strong>
            )}{' '}
            <span class="quiet">{[formatDateTime(one.at), one.channel].filter(Boolean).join(' · ')}</span>
          </li>
        ))}
      </ul>
    </div>
  )
}
