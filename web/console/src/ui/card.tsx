import type { ComponentChildren } from 'preact'
import { useId } from 'preact/hooks'

interface CardProps {
  title: ComponentChildren
  /** A sentence that says what it shows. */
  text?: ComponentChildren
  children?: ComponentChildren
}

/** A part of a page under its own title. */
export function Card({ title, text, children }: CardProps) {
  const id = useId()
  return (
    <section class="card" aria-labelledby={id}>
      <h2 id={id}>{title}</h2>
      {text && <p class="small quiet">{text}</p>}
      {children}
    </section>
  )
}
