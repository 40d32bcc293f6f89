// Tables to and from the files of the person at the browser.
import { say } from '../../../state/toasts'
import { words } from '../../../words'
import { readRows, writeTable } from './csv'
import { setRows, undo } from './edits'
import { rowsOf } from './rows'

/** Hands the table to the browser as a CSV file. */
export function exportTable(table: string): void {
  const link = document.createElement('a')
  link.href = URL.createObjectURL(new Blob([writeTable(table, [...(rowsOf(table).value?.values() ?? [])])], { type: 'text/csv' }))
  link.download = `${table}.csv`
  link.click()
  URL.revokeObjectURL(link.href)
}

/** Asks for a CSV file, says what it would change, and changes that in the draft. */
export function importTable(table: string): void {
  const input = document.createElement('input')
  input.type = 'file'
  input.accept = '.csv,.tsv,text/csv,text/plain'
  input.onchange = async () => {
    const w = words.value
    const read = readRows(table, await input.files![0]!.text())
    if ('bad' in read) return say(w.tables.importBad(read.bad.join(', ')), 'bad')
    const fresh = read.filter((row) => !rowsOf(table).value?.has(row.id)).length
    if (!confirm(w.tables.importAsk(fresh, read.length - fresh))) return
    say(w.tables.imported(setRows(table, read)), 'good', { label: w.common.undo, run: undo })
  }
  input.click()
}
