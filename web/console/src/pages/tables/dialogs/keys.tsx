import { Dialog } from '../../../ui/dialog'
import { words } from '../../../words'

export function KeysDialog({ onClose }: { onClose: () => void }) {
  const w = words.value.tables
  return (
    <Dialog title={w.keysTitle} onClose={onClose}>
      <dl class="keys">
        {w.keyList.map(([keys, what]) => (
          <div key={keys}>
            <dt><kbd>{keys}</kbd></dt>
            <dd>{what}</dd>
          </div>
        ))}
      </dl>
    </Dialog>
  )
}
