import type { CellValue } from '../../../api/config'
import type { Column } from '../../../registry'
import { PhaseDot } from '../../../ui/badge'
import { words } from '../../../words'
import { toText } from '../data/cells'

/** What a cell shows while it is not edited; faintly what an empty one means. */
export function CellView({ column, value }: { column: Column; value: CellValue | undefined }) {
  const shown = value ?? (column.default as CellValue | undefined)
  if (Array.isArray(shown)) {
    return (
      <>
        {shown.map((one, i) => (
          <span key={i} class="chip">
            {column.refers === 'phases' && <PhaseDot phase={String(one)} />}
            {one}
          </span>
        ))}
      </>
    )
  }
  const { yes, no } = words.value.common
  return (
    <span class={value === undefined ? 'ghost' : column.type === 'condition' ? 'mono' : ''}>
      {shown === true ? yes : shown === false ? no : toText(shown)}
    </span>
  )
}
