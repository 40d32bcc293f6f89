import { useState } from 'preact/hooks'
import type { Row } from '../../../api/config'
import { Button } from '../../../ui/button'
import { Dialog } from '../../../ui/dialog'
import { Hidden } from '../../../ui/hidden'
import { words } from '../../../words'
import { differing, equalCells, toText, withCells } from '../data/cells'
import { conflicts, type Conflict } from '../data/marks'
import { resolve } from '../data/save'

/** The rows that somebody else changed meanwhile, one after the other. */
export function Conflicts() {
  const first = conflicts.value[0]
  return first ? <ConflictDialog key={`${first.table}/${first.id}`} conflict={first} /> : null
}

type Side = 'mine' | 'theirs'

function ConflictDialog({ conflict }: { conflict: Conflict }) {
  const w = words.value.tables
  const { id, mine, theirs, base } = conflict
  const columns = mine && theirs ? differing(mine, theirs) : []
  // What only one side changed comes from that side.
  const [chosen, setChosen] = useState<Record<string, Side>>(
    Object.fromEntries(columns.map((name) => [name, equalCells(mine?.[name], base?.[name]) ? 'theirs' : 'mine'])),
  )
  const merged = (): Row => withCells(mine!, Object.fromEntries(columns.filter((name) => chosen[name] === 'theirs').map((name) => [name, theirs![name]])))

  return (
    <Dialog
      wide
      title={w.conflictTitle}
      onClose={() => resolve(conflict, theirs)}
      actions={
        <>
          <Button onClick={() => resolve(conflict, theirs)}>{w.conflictTakeTheirs}</Button>
          <Button onClick={() => resolve(conflict, mine)}>{w.conflictKeepMine}</Button>
          {columns.length > 0 && <Button kind="primary" onClick={() => resolve(conflict, merged())}>{w.conflictMerge}</Button>}
        </>
      }
    >
      <p>{w.conflictText(id)}</p>
      {!theirs && <p><strong>{w.conflictGone}</strong></p>}
      {!mine && <p><strong>{w.conflictMineGone}</strong></p>}
      {columns.length > 0 && (
        <table class="table conflict">
          <thead>
            <tr>
              <th scope="col">{words.value.common.column}</th>
              <th scope="col">{words.value.common.before}</th>
              <th scope="col">{w.conflictMine}</th>
              <th scope="col">{w.conflictTheirs}</th>
            </tr>
          </thead>
          <tbody>
            {columns.map((name) => (
              <tr key={name}>
                <th scope="row">{name}</th>
                <td class="quiet">{toText(base?.[name]) || w.cellEmpty}</td>
                {(['mine', 'theirs'] as Side[]).map((side) => (
                  <td key={side}>
                    <label class="side">
                      <input type="radio" name={name} checked={chosen[name] === side} onChange={() => setChosen({ ...chosen, [name]: side })} />
                      <Hidden>{side === 'mine' ? w.conflictMine : w.conflictTheirs}: </Hidden>
                      {toText((side === 'mine' ? mine : theirs)?.[name]) || w.cellEmpty}
                    </label>
                  </td>
                ))}
              </tr>
            ))}
          </tbody>
        </table>
      )}
    </Dialog>
  )
}
