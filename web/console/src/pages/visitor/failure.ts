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
  const { wanted, actual } = failure
  const w = say.words.failure
  const standing = (id: string) => say.words.standingNames[id] ?? id
  const known = (yes: (wanted: string, actual: string) => string, no: (wanted: string) => string, name = (id: string) => id) => {
    const needs = members(wanted, name, w.or)
    return actual === '' ? no(needs) : yes(needs, members(actual, name, w.and))
  }
  switch (failure.column) {
    case 'enabled': return w.off
    case 'phases': return known(w.phases, w.phasesUnknown, (id) => w.quoted(say.phase(id)))
    case 'standings': return known(w.standings, w.standingsUnknown, standing)
    case 'segments': return known(w.segments, w.segmentsNone)
    case 'channels': return known(w.channels, w.channelsUnknown)
    case 'locales': return known(w.locales, w.localesUnknown)
    case 'countries': return known(w.countries, w.countriesUnknown)
    case 'starts': return w.starts(say.moment(wanted))
    case 'ends': return w.ends(say.moment(wanted))
    case 'when': return w.when(wanted, readings(actual, say))
    case 'kind': return w.kind(w.kinds[wanted] ?? wanted, w.kinds[actual] ?? actual)
    case 'purpose': return w.purpose(wanted)
    case 'weights': return w.weights
    case 'items': return about === 'item' ? w.shown : w.noItem
  }
  return w.other(failure.column, wanted, actual || w.unknown)
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
