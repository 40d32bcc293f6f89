import { Button } from '../../../ui/button'
import { Dialog } from '../../../ui/dialog'
import { words } from '../../../words'
import { differing, toText } from '../data/cells'
import { conflicts } from '../data/marks'
import { resolve } from '../data/save'

/** The rows that somebody else changed meanwhile, one after the other. */
export function Conflicts() {
  const w = words.value
  const conflict = conflicts.value[0]
  if (!conflict) return null
  const { table, id, mine, theirs } = conflict
  return (
    <Dialog
      key={`${table}/${id}`}
      wide
      title={w.tables.conflictTitle(id)}
      onClose={() => resolve(conflict, theirs)}
      actions={
        <>
          <Button onClick={() => resolve(conflict, theirs)}>{w.tables.conflictTakeTheirs}</Button>
          <Button kind="primary" onClick={() => resolve(conflict, mine)}>{w.tables.conflictKeepMine}</Button>
        </>
      }
    >
      {mine && theirs ? (
        <table class="table">
          <thead>
            <tr>
              <th scope="col">{w.common.column}</th>
              <th scope="col">{w.tables.conflictMine}</th>
              <th scope="col">{w.tables.conflictTheirs}</th>
            </tr>
          </thead>
          <tbody>
            {differing(mine, theirs).map((name) => (
              <tr key={name}>
                <th scope="row">{name}</th>
                <td>{toText(mine[name])}</td>
                <td>{toText(theirs[name])}</td>
              </tr>
            ))}
          </tbody>
        </table>
      ) : (
        <p>{mine ? w.tables.conflictGone : w.tables.conflictMineGone}</p>
      )}
    </Dialog>
  )
}
