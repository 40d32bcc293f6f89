import { useRef } from 'preact/hooks'
import type { CellValue } from '../../../api/config'
import type { Column } from '../../../registry'
import { Field } from '../../../ui/field'
import { columnDoc, columnLabel } from '../../../words/columns'
import { toText } from '../data/cells'
import { setCells } from '../data/edits'
import { leaves, ValueInput } from '../inputs/valueinput'
import { CellProblems } from '../cellproblem'

interface FormFieldProps {
  table: string
  id: string
  name: string
  column: Column
  value: CellValue | undefined
  wrong: boolean
}

/** A cell as a field with its help and its problems. What is typed is stored when the field is left, or by Ctrl+Enter. */
export function FormField({ table, id, name, column, value, wrong }: FormFieldProps) {
  const draft = useRef<{ value: CellValue | undefined } | undefined>(undefined)
  const label = columnLabel(column)
  const store = () => {
    if (draft.current) setCells(table, [{ id, cells: { [name]: draft.current.value } }])
    draft.current = undefined
  }
  return (
    <Field
      label={label && label !== name ? `${label} · ${name}` : name}
      needed={column.needed}
      help={columnDoc(column)}
      error={wrong && <CellProblems table={table} id={id} name={name} value={value} />}
    >
      {(ids) => (
        <div class="form-control" onKeyDown={(e) => e.key === 'Enter' && e.ctrlKey && store()} onFocusOut={(e) => leaves(e) && store()}>
          <ValueInput
            {...ids}
            builder
            table={table}
            column={column}
            value={value}
            placeholder={toText(column.default as CellValue | undefined)}
            onValue={(now) => (draft.current = { value: now })}
          />
        </div>
      )}
    </Field>
  )
}
