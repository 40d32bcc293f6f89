import type { ComponentChildren } from 'preact'
import { Icon, type IconName } from './icon'

/** What stands where there is nothing yet: why, and the next step. */
export function Empty({ icon = 'info', title, children }: { icon?: IconName; title: string; children?: ComponentChildren }) {
  return (
    <div class="empty">
      <Icon name={icon} size={32} />
      <p class="empty-title">{title}</p>
      {children}
    </div>
  )
}
