import { useEffect, useRef } from 'preact/hooks'
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

/** Visitors to look at, each a way to the visitor at that moment. The focus comes here, and goes back when it is closed. */
export function Examples({ id, what, examples, tab, onClose }: ExamplesProps) {
  const w = words.value
  const region = useRef<HTMLDivElement>(null)
  const before = useRef<Element | null>(null)
  useEffect(() => {
    before.current = document.activeElement
    region.current?.focus()
  }, [what])
  const close = () => {
    if (before.current instanceof HTMLElement) before.current.focus()
    onClose()
  }
  return (
    <div class="examples" id={id} ref={region} tabIndex={-1} role="region" aria-label={w.dryrun.examplesOf(what)}>
      <div class="row apart nowrap">
        <p><strong>{w.dryrun.examplesOf(what)}</strong></p>
        <Button small kind="quiet" icon="close" aria-label={w.common.close} onClick={close} />
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
