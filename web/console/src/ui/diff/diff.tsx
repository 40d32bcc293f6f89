import { useState } from 'preact/hooks'
import type { RowDiff } from '../../api/config'
import { pageHref } from '../../pages/names'
import { words } from '../../words'
import { Badge } from '../badge'
import { Button } from '../button'
import type { Tone } from '../notice'
import { byTable, parts, type Part, type TableDiff } from './compare'
import { RowUndo } from './undo'
import './diff.css'

interface DiffProps {
  rows: readonly RowDiff[]
  /** What the two sides are called. */
  from: string
  to: string
  /** Rows of the draft that may be set back to what is live. */
  undo?: boolean
}

const shownFirst = 25

/** Cell by cell what differs, the one side beside the other, a table for each table. */
export function DiffView({ rows, from, to, undo }: DiffProps) {
  return (
    <div class="stack">
      {byTable(rows).map((group) => (
        <DiffTable key={group.table} group={group} from={from} to={to} undo={undo} />
      ))}
    </div>
  )
}

function DiffTable({ group, from, to, undo }: { group: TableDiff; from: string; to: string; undo?: boolean }) {
  const w = words.value.diff
  const [all, setAll] = useState(false)
  const rows = all ? group.rows : group.rows.slice(0, shownFirst)
  return (
    <div class="table-scroll diff" tabIndex={0} role="region" aria-label={w.caption(group.table)}>
      <table class="table">
        <caption>
          <span class="mono">{group.table}</span> · {words.value.common.rows(group.rows.length, String(group.rows.length))}
        </caption>
        <thead>
          <tr>
            <th scope="col">{words.value.common.column}</th>
            <th scope="col">{from}</th>
            <th scope="col">{to}</th>
          </tr>
        </thead>
        {rows.map((row) => (
          <tbody key={row.row}>
            <tr class="diff-row">
              <th scope="rowgroup" colSpan={3}>
                <span class="row">
                  <Badge tone={tones[row.change]}>{w.changes[row.change]}</Badge>
                  <RowName row={row} />
                  {undo && <RowUndo row={row} />}
                </span>
              </th>
            </tr>
            {row.cells.map((cell) => {
              const both = parts(cell.from, cell.to)
              return (
                <tr key={cell.column}>
                  <th scope="row" class="mono">{cell.column}</th>
                  <Side parts={both.from} tag="del" change={row.change} />
                  <Side parts={both.to} tag="ins" change={row.change} />
                </tr>
              )
            })}
          </tbody>
        ))}
      </table>
      {rows.length < group.rows.length && (
        <p class="diff-more"><Button small onClick={() => setAll(true)}>{w.more(group.rows.length - rows.length)}</Button></p>
      )}
    </div>
  )
}

const tones: Record<RowDiff['change'], Tone> = { added: 'good', changed: 'info', removed: 'bad' }

function RowName({ row }: { row: RowDiff }) {
  if (row.change === 'removed') return <strong>{row.row}</strong>
  const column = row.change === 'changed' ? row.cells[0]?.column : undefined
  return <a href={pageHref('tables', [row.table], { row: row.row, column })}>{row.row}</a>
}

/** A side of a cell. What only it has is marked, unless the other side is missing as a whole. */
function Side({ parts, tag: Tag, change }: { parts: Part[]; tag: 'del' | 'ins'; change: RowDiff['change'] }) {
  if (parts.length === 0) return <td class="quiet">{change === 'changed' ? words.value.diff.empty : '–'}</td>
  return <td>{parts.map((part, i) => (part.only && change === 'changed' ? <Tag key={i}>{part.text}</Tag> : <span key={i}>{part.text}</span>))}</td>
}
