import type { ComponentChildren } from 'preact'
import { useEffect, useId, useLayoutEffect, useRef, useState } from 'preact/hooks'
import { matching, type Option } from '../data/suggest'

export interface ControlProps {
  id?: string
  'aria-label'?: string
  'aria-describedby'?: string
  'aria-invalid'?: boolean
  autoFocus?: boolean
}

interface ComboboxProps extends ControlProps {
  text: string
  options: readonly Option[]
  onText: (text: string) => void
  onPick: (option: Option) => void
  /** Keys that the list of suggestions has no use for. */
  onKeyDown?: (e: KeyboardEvent) => void
  onBlur?: () => void
  placeholder?: string
  /** Suggestions are there before anything is typed. */
  eager?: boolean
  inputMode?: 'text' | 'decimal'
}

/** A text with suggestions below it. Arrow keys choose one, Enter takes it; anything else may be typed too. */
export function Combobox({ text, options, onText, onPick, onKeyDown, onBlur, eager, autoFocus, placeholder, ...control }: ComboboxProps) {
  const listId = useId()
  const input = useRef<HTMLInputElement>(null)
  const [open, setOpen] = useState(false)
  const [typed, setTyped] = useState(false)
  const [at, setAt] = useState(-1)
  const found = open ? matching(options, typed || !eager ? text : '') : []

  // Before the next key comes, which is for this input already.
  useLayoutEffect(() => {
    if (!autoFocus) return
    input.current?.focus()
    input.current?.setSelectionRange(text.length, text.length)
    if (eager && document.activeElement === input.current) setOpen(true)
  }, [])

  const keyDown = (e: KeyboardEvent) => {
    if ((e.key === 'ArrowDown' || e.key === 'ArrowUp') && !e.ctrlKey && !e.altKey && options.length > 0) {
      e.preventDefault()
      e.stopPropagation()
      if (!open) setOpen(true)
      else setAt(found.length === 0 ? -1 : (at + (e.key === 'ArrowDown' ? 1 : -1) + found.length + (at < 0 && e.key === 'ArrowUp' ? 1 : 0)) % found.length)
      return
    }
    const chosen = found[at]
    if (e.key === 'Enter' && chosen) {
      e.preventDefault()
      pick(chosen)
    }
    onKeyDown?.(e)
  }

  const pick = (option: Option) => {
    onPick(option)
    setAt(-1)
    setOpen(false)
    setTyped(false)
  }

  return (
    <>
      <input
        {...control}
        ref={input}
        autofocus={autoFocus}
        class="combobox"
        role="combobox"
        type="text"
        autocomplete="off"
        spellcheck={false}
        value={text}
        placeholder={placeholder}
        aria-expanded={found.length > 0}
        aria-controls={listId}
        aria-autocomplete="list"
        aria-activedescendant={found[at] ? `${listId}-${at}` : undefined}
        onInput={(e) => {
          setTyped(true)
          setOpen(true)
          setAt(-1)
          onText(e.currentTarget.value)
        }}
        onClick={() => eager && setOpen(true)}
        onKeyDown={keyDown}
        onBlur={() => {
          setOpen(false)
          setTyped(false)
          onBlur?.()
        }}
      />
      <Suggestions anchor={input} id={listId} shown={found.length > 0} at={at}>
        {found.map((one, i) => (
          <div
            key={one.value}
            id={`${listId}-${i}`}
            role="option"
            aria-selected={i === at}
            class={i === at ? 'at' : ''}
            onMouseDown={(e) => {
              e.preventDefault()
              pick(one)
            }}
          >
            <span>{one.value}</span>
            {one.hint && one.hint !== one.value && <span class="hint">{one.hint}</span>}
          </div>
        ))}
      </Suggestions>
    </>
  )
}

interface SuggestionsProps {
  anchor: { current: HTMLElement | null }
  id: string
  shown: boolean
  at: number
  children: ComponentChildren
}

/** The list over everything else on the page, below its input or above it where there is more room. */
function Suggestions({ anchor, id, shown, at, children }: SuggestionsProps) {
  const list = useRef<HTMLDivElement>(null)
  useLayoutEffect(() => {
    const box = list.current
    if (!box?.showPopover) return
    if (!shown) {
      if (box.matches(':popover-open')) box.hidePopover()
      return
    }
    if (!box.matches(':popover-open')) box.showPopover()
    const field = anchor.current?.getBoundingClientRect()
    if (!field) return
    const below = innerHeight - field.bottom
    const height = Math.min(280, Math.max(below, field.top) - 12)
    box.style.maxHeight = `${height}px`
    box.style.minWidth = `${Math.max(180, field.width)}px`
    box.style.left = `${Math.min(field.left, innerWidth - box.offsetWidth - 8)}px`
    const up = below < Math.min(box.offsetHeight, height) + 8 && field.top > below
    box.style.top = up ? `${field.top - box.offsetHeight - 4}px` : `${field.bottom + 4}px`
  })
  useEffect(() => {
    list.current?.children[at]?.scrollIntoView({ block: 'nearest' })
  }, [at])
  return (
    <div ref={list} id={id} role="listbox" popover="manual" class="suggestions" aria-label={anchor.current?.getAttribute('aria-label') ?? undefined}>
      {children}
    </div>
  )
}
