import type { ComponentChildren } from 'preact'

/** Words that screen readers alone have. */
export function Hidden({ children }: { children: ComponentChildren }) {
  return <span class="hidden-visually">{children}</span>
}
