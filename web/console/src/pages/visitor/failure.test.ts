import { expect, test } from 'vitest'
import { visitor as de } from '../../words/de/visitor'
import { visitor as en } from '../../words/en/visitor'
import { failureSentence, type Speaker } from './failure'

const phases: Record<string, string> = { decision: 'Entscheidung', consideration: 'Überlegung' }

const english: Speaker = {
  words: en,
  phase: (id) => id,
  moment: (at) => at.slice(0, 10),
  number: (n) => n.toFixed(1),
}
const german: Speaker = { ...english, words: de, phase: (id) => phases[id] ?? id, number: (n) => n.toFixed(1).replace('.', ',') }

const said = (column: string, wanted: string, actual: string, about: 'rule' | 'item' = 'rule') =>
  [english, german].map((speaker) => failureSentence({ column, wanted, actual }, about, speaker))

test('a phase or a standing that does not fit is named as people call it', () => {
  expect(said('phases', 'decision', 'consideration')).toEqual([
    'It needs the phase “decision”; this visitor is in “consideration”.',
    'Verlangt die Phase „Entscheidung“; dieser Besucher ist in „Überlegung“.',
  ])
  expect(said('standings', 'cooling|lapsed', 'prospect')).toEqual([
    'It is for customers who are cooling or lapsed; this visitor is a prospect.',
    'Gilt für den Kundenstatus abkühlend oder verloren; dieser Besucher ist Interessent.',
  ])
})

test('an empty actual means that nothing is known', () => {
  expect(said('segments', 'critics', '')).toEqual([
    'It needs the segment critics; this visitor is in none.',
    'Verlangt das Segment critics; dieser Besucher gehört zu keinem.',
  ])
  expect(said('locales', 'de|fr|en-GB', '')[0]).toBe('It is for the language de, fr or en-GB; for this visitor that is not known here.')
})

test('a question that named no channel says so', () => {
  expect(said('channels', 'email', '')).toEqual([
    'It is for the channel email; no channel was named.',
    'Gilt für den Kanal email; genannt wurde keiner.',
  ])
})

test('segments that the visitor is in are listed', () => {
  expect(said('segments', 'unhappy', 'families|social-skippers')).toEqual([
    'It needs the segment unhappy; this visitor is in families and social-skippers.',
    'Verlangt das Segment unhappy; dieser Besucher gehört zu families und social-skippers.',
  ])
})

test('what a condition found is in the language of the reader, quoted text as it is', () => {
  expect(said('when', 'days_since("purchase") <= 14', '17.06320408564815')).toEqual([
    'It needs `days_since("purchase") <= 14`; found: 17.1.',
    'Verlangt `days_since("purchase") <= 14`; gefunden: 17,1.',
  ])
  expect(said('when', 'a', 'count("it is 1.55", "30d") is 0, context.cart_value is missing')[1]).toBe(
    'Verlangt `a`; gefunden: count("it is 1.55", "30d") ist 0, context.cart_value ist unbekannt.',
  )
  expect(said('when', 'a', 'missing(visitor.tier) is true')[0]).toBe('It needs `a`; found: missing(visitor.tier) is true.')
})

test('items means another thing of a rule than of an item', () => {
  expect(said('items', 'not shown earlier in this answer', 'shown', 'item')[0]).toBe('An earlier placement of the same answer shows it already.')
  expect(said('items', 'one that may be shown', 'none')[1]).toBe('Trifft zu, aber keiner der Inhalte darf gezeigt werden.')
})

test('a column that the console does not know is still said', () => {
  expect(said('moons', '2', '')).toEqual(['Column moons: wanted 2, found unknown.', 'Spalte moons: verlangt 2, gefunden unbekannt.'])
})
