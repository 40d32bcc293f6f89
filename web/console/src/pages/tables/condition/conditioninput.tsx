import { useEffect, useRef, useState } from 'preact/hooks'
import { words } from '../../../words'
import { TextInput } from '../inputs/textinput'
import type { ControlProps } from '../inputs/combobox'
import { GroupBuilder } from './builder'
import { parse, print, type Group } from './tree'

interface ConditionInputProps extends ControlProps {
  value: string
  /** Called when the text has rested for a moment, and when it is left. */
  onChange: (text: string) => void
}

const rest = 900

/** A condition as rows to click together and as text, which say the same. Text that the rows cannot say stays as it is. */
export function ConditionInput({ value, onChange, ...ids }: ConditionInputProps) {
  const w = words.value.tables.condition
  const [text, setText] = useState(value)
  const [turn, setTurn] = useState(0)
  const last = useRef(value)
  const timer = useRef<number>(undefined)
  const latest = useRef(text)
  latest.current = text

  useEffect(() => {
    if (value === last.current) return
    last.current = value
    setText(value)
    setTurn((n) => n + 1)
  }, [value])

  const store = () => {
    clearTimeout(timer.current)
    if (latest.current === last.current) return
    last.current = latest.current
    onChange(latest.current)
  }
  useEffect(() => store, [])
  const change = (to: string) => {
    setText(to)
    latest.current = to
    clearTimeout(timer.current)
    timer.current = setTimeout(store, rest)
  }

  const tree = parse(text)
  const build = (group: Group, shape: boolean) => {
    change(print(group))
    if (shape) setTurn((n) => n + 1)
  }
  return (
    <div class="condition" onFocusOut={(e) => !(e.relatedTarget instanceof Node && e.currentTarget.contains(e.relatedTarget)) && store()}>
      {tree ? <GroupBuilder key={turn} group={tree} level={0} onChange={build} /> : <p class="quiet small">{w.broken}</p>}
      <TextInput
        {...ids}
        code
        rows={2}
        text={text}
        placeholder={w.always}
        onText={(to) => {
          change(to)
          setTurn((n) => n + 1)
        }}
      />
    </div>
  )
}
