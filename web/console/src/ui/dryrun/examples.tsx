import type { Example } from '../../api/dryrun'
import { pageHref } from '../../pages/names'
import { formatDateTime, words } from '../../words'
import { Dialog } from '../dialog'

/** Of what there are examples, and which. */
export interface ExampleList {
  what: string
  examples: readonly Example[]
  /** The part of the visitor's page that tells most. */
  tab?: 'sees'
}

/** Visitors to look at, each a way to the visitor at that moment. */
export function Examples({ what, examples, tab, onClose }: ExampleList & { onClose: () => void }) {
  return (
    <Dialog title={words.value.dryrun.examplesOf(what)} onClose={onClose}>
      <ul>
        {examples.map((one) => (
          <li key={one.visitor + one.at + one.channel}>
            <a href={pageHref('visitor', [one.visitor], { at: one.at, tab })}>{one.visitor}</a>{' '}
            <span class="quiet">{[formatDateTime(one.at), one.channel].filter(Boolean).join(' · ')}</span>
          </li>
        ))}
      </ul>
    </Dialog>
  )
}
