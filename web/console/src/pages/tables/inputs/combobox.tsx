import { useId, useLayoutEffect, useRef, useState } from 'preact/hooks'
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
  /** Takes a suggestion, where that is not the text. */
  onPick?: (value: string) => void
  /** Keys that the list of suggestions has no use for, or has used. */
  onKeyDown?: (e: KeyboardEvent) => void
  onBlur?: () => void
  placeholder?: string
  /** Suggestions are there before anything is typed. */
  eager?: boolean
  inputMode?: 'text' | 'decimal'
}

/** A text with suggestions below it. Arrow keys choose one, Enter takes it; anything else may be typed too. */
export function Combobox({ text, options, onText, onPick = onText, onKeyDown, onBlur, eager, autoFocus, ...control }: ComboboxProps) {
  const listId = useId()
  const input = useRef<HTMLInputElement>(null)
  const list = useRef<HTMLDivElement>(null)
  /** What the suggestions have to fit; undefined while there are none. */
  const [wanted, setWanted] = useState<string>()
  const [at, setAt] = useState(-1)
  const found = wanted === undefined ? [] : matching(options, wanted)

  // Before the next key comes, which is for this input already.
  useLayoutEffect(() => {
    if (!autoFocus) return
    input.current!.focus()
    input.current!.setSelectionRange(text.length, text.length)
    if (eager) setWanted('')
  }, [])
  // Over everything else on the page, below the input or above it where there is more room.
  useLayoutEffect(() => {
    const box = list.current!
    box.togglePopover(found.length > 0)
    if (found.length === 0) return
    const { left, top, bottom, width } = input.current!.getBoundingClientRect()
    const below = innerHeight - bottom > Math.min(top, 280)
    Object.assign(box.style, {
      minWidth: `${width}px`,
      maxHeight: `${Math.min(280, (below ? innerHeight - bottom : top) - 12)}px`,
      left: `${Math.min(left, innerWidth - box.offsetWidth - 8)}px`,
    })
    box.style.top = `${below ? bottom + 4 : top - box.offsetHeight - 4}px`
    box.children[at]?.scrollIntoView({ block: 'nearest' })
  })

  const type = (to: string) => {
    setAt(-1)
    setWanted(to)
    onText(to)
  }
  const close = () => {
    setAt(-1)
    setWanted(undefined)
  }
  const pick = (value: string) => {
    onPick(value)
    close()
  }
  const keyDown = (e: KeyboardEvent) => {
    const step = { ArrowDown: 1, ArrowUp: -1 }[e.key]
    if (step && !e.ctrlKey && !e.altKey && options.length > 0) {
      e.preventDefault()
      e.stopPropagation()
      if (wanted === undefined) setWanted(eager ? '' : text)
      else setAt(((step > 0 ? at : Math.max(at, 0)) + step + found.length) % found.length)
      return
    }
    if (e.key === 'Enter' && found[at]) {
      e.preventDefault()
      pick(found[at].value)
    }
    onKeyDown?.(e)
  }

  return (
    <>
      <input
        {...control}
        ref={input}
        autofocus={autoFocus}
        type="text"
        class="combobox"
        role="combobox"
        autocomplete="off"
        spellcheck={false}
        value={text}
        aria-expanded={found.length > 0}
        aria-controls={listId}
        aria-autocomplete="list"
        aria-activedescendant={found[at] && `${listId}-${at}`}
        onInput={(e) => type(e.currentTarget.value)}
        onClick={() => eager && setWanted('')}
        onKeyDown={keyDown}
        onBlur={() => {
          close()
          onBlur?.()
        }}
      />
      <div ref={list} id={listId} role="listbox" popover="manual" class="suggestions" aria-label={control['aria-label']}>
        {found.map(({ value, hint }, i) => (
          <div
            key={value}
            id={`${listId}-${i}`}
            role="option"
            aria-selected={i === at}
            onMouseDown={(e) => {
              e.preventDefault()
              pick(value)
            }}
          >
            {value}
            {hint && hint !== value && <span class="hint">{hint}</span>}
          </div>
        ))}
      </div>
    </>
  )
}
