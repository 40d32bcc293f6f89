import { useEffect, useRef, useState } from 'preact/hooks'
import type { CellValue } from '../../../api/config'
import type { Problem } from '../../../api/problem'
import type { Column } from '../../../registry'
import { Field } from '../../../ui/field'
import { words } from '../../../words'
import { columnDoc, columnLabel } from '../../../words/columns'
import { CellProblem } from '../cellproblem'
import { ConditionInput } from '../condition/conditioninput'
import { equalCells, toText } from '../data/cells'
import { setCells } from '../data/edits'
import { ValueInput } from '../inputs/valueinput'

interface FormFieldProps {
  table: string
  id: string
  name: string
  /** The column of the registry, and what this cell may hold. */
  family: Column
  column: Column
  value: CellValue | undefined
  fault: string | undefined
  problems: readonly Problem[]
}

/** A cell as a field with its help and its problems. */
export function FormField({ table, id, name, family, column, value, fault, problems }: FormFieldProps) {
  const label = columnLabel(family)
  const setting = table === 'settings' && name === 'value'
  const store = (now: CellValue | undefined) => {
    if (!equalCells(now, value)) setCells(table, [{ id, cells: { [name]: now } }])
  }
  const wrong = (fault || problems.length > 0) && (
    <>
      {fault && <p role="alert">{fault}</p>}
      {problems.map((one, i) => (
        <CellProblem key={i} problem={one} value={value} />
      ))}
    </>
  )
  return (
    <Field
      label={label && label !== name ? `${label} · ${name}` : name}
      needed={column.needed}
      help={columnDoc(setting ? column : family)}
      error={wrong || undefined}
    >
      {(ids) =>
        column.type === 'bool' ? (
          <BoolChoice ids={ids} column={column} value={value} onChange={store} />
        ) : column.type === 'condition' ? (
          <ConditionInput {...ids} value={typeof value === 'string' ? value : ''} onChange={(text) => store(text.trim() === '' ? undefined : text)} />
        ) : (
          <StoredOnLeave table={table} column={column} value={value} ids={ids} onStore={store} />
        )
      }
    </Field>
  )
}

interface StoredProps {
  table: string
  column: Column
  value: CellValue | undefined
  ids: { id: string; 'aria-describedby': string | undefined; 'aria-invalid': boolean | undefined }
  onStore: (value: CellValue | undefined) => void
}

/** Keeps what is typed until the field is left or Enter says that it is done; lists are stored member by member. */
function StoredOnLeave({ table, column, value, ids, onStore }: StoredProps) {
  const pending = useRef<{ value: CellValue | undefined } | null>(null)
  const [turn, setTurn] = useState(0)
  const own = useRef(value)
  useEffect(() => {
    // Somebody else's change, such as an undo, shows in the field; one's own already does.
    if (!equalCells(own.current, value)) setTurn((n) => n + 1)
    own.current = value
  }, [value])
  const store = () => {
    if (!pending.current) return
    own.current = pending.current.value
    onStore(pending.current.value)
    pending.current = null
  }
  const long = column.type === 'text'
  return (
    <div
      class="form-control"
      onKeyDown={(e) => e.key === 'Enter' && !(long && !e.ctrlKey) && store()}
      onFocusOut={(e) => !(e.relatedTarget instanceof Node && e.currentTarget.contains(e.relatedTarget)) && store()}
    >
      <ValueInput
        key={turn}
        {...ids}
        table={table}
        column={column}
        value={value}
        placeholder={column.default !== undefined ? toText(column.default as CellValue) : undefined}
        onValue={(now) => {
          pending.current = { value: now }
          if (Array.isArray(now) && column.type !== 'numbers') store()
        }}
      />
    </div>
  )
}

interface BoolChoiceProps {
  ids: StoredProps['ids']
  column: Column
  value: CellValue | undefined
  onChange: (value: CellValue | undefined) => void
}

function BoolChoice({ ids, column, value, onChange }: BoolChoiceProps) {
  const w = words.value.common
  const word = (yes: boolean) => (yes ? w.yes : w.no)
  return (
    <select {...ids} value={value === undefined ? '' : String(value)} onChange={(e) => onChange(e.currentTarget.value === '' ? undefined : e.currentTarget.value === 'true')}>
      <option value="">{words.value.tables.defaultIs(word(column.default === true))}</option>
      <option value="true">{word(true)}</option>
      <option value="false">{word(false)}</option>
    </select>
  )
}
