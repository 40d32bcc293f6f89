// Where problems belong: which cell, which place in its text, and what would
// put it right with one click.
import type { CellValue } from '../../../api/config'
import type { Problem } from '../../../api/problem'
import { isList, type Column } from '../../../registry'

/** The problems of the rows of a table, by id; '' has those of the table as a whole. */
export function indexProblems(problems: readonly Problem[], table: string): ReadonlyMap<string, readonly Problem[]> {
  const index = new Map<string, Problem[]>()
  for (const one of problems) if (one.table === table) index.set(one.row, [...(index.get(one.row) ?? []), one])
  return index
}

/** The place in a JavaScript text of a byte offset in its UTF-8 form. */
export function placeOf(text: string, offset: number): number {
  let bytes = 0
  let at = 0
  for (const sign of text) {
    if (bytes >= offset) break
    const code = sign.codePointAt(0)!
    bytes += code < 0x80 ? 1 : code < 0x800 ? 2 : code < 0x10000 ? 3 : 4
    at += sign.length
  }
  return at
}

/** The line of a text in which a problem lies, from a little before it on, and a caret below its place. */
export function caretLine(text: string, offset: number): string {
  const at = placeOf(text, offset)
  const start = Math.max(text.lastIndexOf('\n', at - 1) + 1, at - 16)
  const line = text.slice(start).split('\n', 1)[0]!
  return `${line.replaceAll('\t', ' ')}\n${' '.repeat([...text.slice(start, at)].length)}^`
}

/** What a message asks about with "did you mean", where that is one name. */
export function meantName(message: string): string | undefined {
  const meant = /did you mean "?([^\s"?{}]+)"?(?: without quotes)?\?/.exec(message)?.[1]
  return meant?.includes('<') || meant?.includes('*') ? undefined : meant
}

/** The name that a message complains about, where it says one. */
function wrongName(message: string): string | undefined {
  return /(?:called|has the tag) "?([^\s";]+)"?(?:;| with)/.exec(message)?.[1] ?? /^"?([^\s"]+)"? is not (?:one|a) /.exec(message)?.[1]
}

/** The cell with the nearest name in place of the wrong one, where the problem offers a name. */
export function mended(problem: Problem, value: CellValue | undefined, column: Column): CellValue | undefined {
  const meant = meantName(problem.message)
  if (meant === undefined || value === undefined) return undefined
  if (column.type === 'condition') return typeof value === 'string' ? mendedText(problem, value, meant) : undefined
  if (isList(column) && Array.isArray(value)) return mendedList(value.map(String), wrongName(problem.message), meant, column)
  return meant
}

function mendedList(members: string[], wrong: string | undefined, meant: string, column: Column): string[] | undefined {
  const allowed = column.words
  const at = members.findIndex((one) =>
    wrong !== undefined ? one === wrong || one === `tag:${wrong}` : allowed !== undefined && !allowed.includes(one),
  )
  const place = at >= 0 ? at : members.length === 1 ? 0 : -1
  if (place < 0) return undefined
  const prefix = members[place]!.startsWith('tag:') && !meant.startsWith('tag:') ? 'tag:' : ''
  return members.with(place, prefix + meant)
}

/** Puts the name right that stands at, or right behind, the problem's place. */
function mendedText(problem: Problem, text: string, meant: string): string | undefined {
  const start = placeOf(text, problem.offset)
  const wrong = wrongName(problem.message)
  const found = wrong === undefined ? -1 : text.indexOf(wrong, start)
  if (wrong !== undefined && found >= 0 && found - start <= wrong.length + 16) {
    return replaceName(text, found, wrong, meant)
  }
  const rest = text.slice(start)
  const token = /^"([^"]*)"|^([\w.]+)/.exec(rest)
  if (!token) return undefined
  const unquoted = problem.message.includes(`${meant} without quotes`)
  const spelled = token[1] !== undefined && !unquoted ? `"${meant}"` : meant
  return text.slice(0, start) + spelled + rest.slice(token[0].length)
}

/** A group such as vistor in vistor.age goes with what stands behind its dot, when the right name has both. */
function replaceName(text: string, at: number, wrong: string, meant: string): string {
  let end = at + wrong.length
  const tail = /^\.\w+/.exec(text.slice(end))?.[0]
  if (tail && meant.includes('.') && !wrong.includes('.')) end += tail.length
  return text.slice(0, at) + meant + text.slice(end)
}
