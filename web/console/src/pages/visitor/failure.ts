import type { Failure } from '../../api/decision'
import type { Words } from '../../words'

/** How values of the answer are called and written for whoever reads. */
export interface Speaker {
  words: Words['visitor']
  phase: (id: string) => string
  moment: (at: string) => string
  number: (n: number) => string
}

/** Says in a sentence what kept a rule or an item out. A condition stands between backticks. */
export function failureSentence(failure: Failure, about: 'rule' | 'item', say: Speaker): string {
  const { column, wanted, actual } = failure
  const w = say.words.failure
  switch (column) {
    case 'phases': return audience(failure, column, (id) => w.quoted(say.phase(id)), w.notKnown, w)
    case 'standings': return audience(failure, column, (id) => say.words.standingNames[id] ?? id, w.notKnown, w)
    case 'segments': return audience(failure, column, String, w.noSegment, w)
    case 'channels': return audience(failure, column, String, w.noChannel, w)
    case 'locales':
    case 'countries': return audience(failure, column, String, w.notKnown, w)
    case 'enabled': return w.off
    case 'starts': return w.starts(say.moment(wanted))
    case 'ends': return w.ends(say.moment(wanted))
    case 'when': return w.when(wanted, readings(actual, say))
    case 'kind': return w.kind(w.kinds[wanted] ?? wanted, w.kinds[actual] ?? actual)
    case 'purpose': return w.purpose(wanted)
    case 'weights': return w.weights
    case 'items': return about === 'item' ? w.shown : w.noItem
  }
  return w.other(column, wanted, actual || w.unknown)
}

type Sentences = Words['visitor']['failure']

/** The sentence of a column that says for whom something is. none: what to say where nothing was found. */
function audience({ wanted, actual }: Failure, column: keyof Sentences['needs'], name: (id: string) => string, none: string, w: Sentences): string {
  const found = actual === '' ? none : `${w.found[column]} ${members(actual, name, w.and)}`
  return `${w.needs[column]} ${members(wanted, name, w.or)}; ${found}.`
}

function members(list: string, name: (id: string) => string, last: string): string {
  const names = list.split('|').map(name)
  return names.length < 2 ? (names[0] ?? '') : names.slice(0, -1).join(', ') + last + names.at(-1)
}

/** What the facts of a condition were, in the language of the reader; quoted text stays as it is. */
function readings(actual: string, say: Speaker): string {
  const w = say.words.failure
  if (actual === '') return w.unknown
  return actual
    .split(/("(?:[^"\\]|\\.)*")/)
    .map((part, i) => (i % 2 === 1 ? part : spoken(part, say)))
    .join('')
}

function spoken(part: string, say: Speaker): string {
  const w = say.words.failure
  return part
    .replace(/\bmissing\b(?!\()/g, w.unknown)
    .replace(/ is /g, w.is)
    .replace(/(?<![\w.:-])\d+\.\d+(?![\w.:-])/g, (n) => say.number(Number(n)))
}
