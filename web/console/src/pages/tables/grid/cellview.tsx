import type { CellValue } from '../../../api/config'
import { isNumeric, type Column } from '../../../registry'
import { phaseName } from '../../../state/phases'
import { PhaseBadge, PhaseDot } from '../../../ui/badge'
import { Icon } from '../../../ui/icon'
import { words } from '../../../words'
import { toText } from '../data/cells'

/** What a cell shows while it is not edited; faintly what an empty one means. */
export function CellView({ column, value }: { column: Column; value: CellValue | undefined }) {
  if (value === undefined) {
    if (column.default === undefined || column.default === '') return null
    return <span class="ghost">{column.type === 'bool' ? yesNo(column.default === true) : String(column.default)}</span>
  }
  if (column.type === 'bool' && typeof value === 'boolean') {
    return (
      <span class={`bool ${value ? 'yes' : 'no'}`}>
        <Icon name={value ? 'check' : 'minus'} size={14} />
        {yesNo(value)}
      </span>
    )
  }
  if (column.refers === 'phases') {
    const phases = Array.isArray(value) ? value.map(String) : [String(value)]
    if (phases.length === 1) return <PhaseBadge phase={phases[0]!} />
    return (
      <>
        {phases.map((phase) => (
          <PhaseDot key={phase} phase={phase} />
        ))}
        <span>{phases.map(phaseName).join(', ')}</span>
      </>
    )
  }
  if (Array.isArray(value)) {
    return (
      <>
        {value.map((one, i) => (
          <span key={i} class="chip">{one}</span>
        ))}
      </>
    )
  }
  return <span class={column.type === 'condition' ? 'mono' : ''}>{toText(value)}</span>
}

function yesNo(yes: boolean): string {
  return yes ? words.value.common.yes : words.value.common.no
}

export function cellClass(column: Column): string {
  return isNumeric(column) ? ' number' : ''
}
