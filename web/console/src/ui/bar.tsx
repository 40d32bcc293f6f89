interface BarProps {
  /** From 0 to 1. */
  share: number
  /** The class of a phase's colour; the accent without. */
  colour?: string
}

/** How large a share is, beside the number that says it. */
export function Bar({ share, colour = '' }: BarProps) {
  return (
    <span class={`share-bar ${colour}`} aria-hidden="true">
      <span style={{ inlineSize: `${Math.min(100, Math.max(0, share * 100))}%` }} />
    </span>
  )
}
