import { signal } from '@preact/signals'
import { useState } from 'preact/hooks'
import { snapshots } from '../../state/status'
import { Button } from '../../ui/button'
import { Notice } from '../../ui/notice'
import { words } from '../../words'
import { RollBackDialog } from '../history/rollback'
import { pageHref } from '../names'

/** The publish that was done here last: what went live, and what was live before. */
export const published = signal<{ live: string; before: string } | null>(null)

/** What was published just now, as long as it is live, and the way back. */
export function Published() {
  const w = words.value.changes
  const [open, setOpen] = useState(false)
  const done = published.value
  if (!done || snapshots.value?.live !== done.live) return null
  return (
    <Notice tone="good" title={w.doneTitle} live>
      <p>{w.done(done.live)}</p>
      <div class="row">
        <Button small icon="undo" onClick={() => setOpen(true)}>{w.doneBack}</Button>
        <a href={pageHref('history')}>{w.doneHistory}</a>
      </div>
      {open && <RollBackDialog snapshot={done.before} onClose={() => setOpen(false)} />}
    </Notice>
  )
}
