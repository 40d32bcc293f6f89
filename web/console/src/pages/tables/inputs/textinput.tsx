import { useLayoutEffect, useRef } from 'preact/hooks'
import type { ControlProps } from './combobox'

interface TextInputProps extends ControlProps {
  text: string
  onText: (text: string) => void
  onBlur?: () => void
  placeholder?: string
  /** Set in the type of code. */
  code?: boolean
  /** The place in the text at which the cursor starts; its end otherwise. */
  at?: number
  rows?: number
}

/** A text of any length, as high as it needs. */
export function TextInput({ text, onText, code, autoFocus, at, rows = 1, ...rest }: TextInputProps) {
  const area = useRef<HTMLTextAreaElement>(null)
  useLayoutEffect(() => {
    const box = area.current
    if (!box) return
    box.style.height = 'auto'
    box.style.height = `${Math.min(box.scrollHeight + 2, 320)}px`
  }, [text])
  // Before the next key comes, which is for this text already.
  useLayoutEffect(() => {
    if (!autoFocus) return
    area.current?.focus()
    area.current?.setSelectionRange(at ?? text.length, at ?? text.length)
  }, [])
  return (
    <textarea
      {...rest}
      ref={area}
      class={`text-input${code ? ' mono' : ''}`}
      rows={rows}
      spellcheck={!code}
      value={text}
      onInput={(e) => onText(e.currentTarget.value)}
    />
  )
}
