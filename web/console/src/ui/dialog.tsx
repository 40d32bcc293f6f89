import type { ComponentChildren } from 'preact'
import { useId, useLayoutEffect, useRef } from 'preact/hooks'
import { words } from '../words'
import { Button } from './button'

interface DialogProps {
  title: string
  onClose: () => void
  /** The buttons at its foot, the one that does it last. */
  actions?: ComponentChildren
  wide?: boolean
  /** At the edge of the window and as high as it, for what is looked at beside the page. */
  side?: boolean
  children: ComponentChildren
}

/** A modal dialog while it is rendered. Escape and the cross close it; the focus goes back to where it was, or to the page's title where that is gone. */
export function Dialog({ title, onClose, actions, wide, side, children }: DialogProps) {
  const dialog = useRef<HTMLDialogElement>(null)
  const id = useId()
  useLayoutEffect(() => {
    const before = document.activeElement
    dialog.current?.showModal()
    return () => {
      // What goes with the dialog is still there at this moment.
      queueMicrotask(() => {
        if (before instanceof HTMLElement && before.isConnected) before.focus()
        else document.querySelector('h1')?.focus()
      })
    }
  }, [])
  return (
    <dialog
      ref={dialog}
      class={`dialog${wide ? ' wide' : ''}${side ? ' side' : ''}`}
      aria-labelledby={id}
      onCancel={(e) => {
        e.preventDefault()
        onClose()
      }}
    >
      <header>
        <h2 id={id}>{title}</h2>
        <Button kind="quiet" icon="close" aria-label={words.value.common.close} onClick={onClose} />
      </header>
      <div class="dialog-body">{children}</div>
      {actions && <footer>{actions}</footer>}
    </dialog>
  )
}
