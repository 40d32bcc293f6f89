import { expect, test } from 'vitest'
import { en } from './en'

const files = import.meta.glob<string>(['../**/*.{ts,tsx}', '!../words/{en,de}/**', '!../**/*.test.ts'], { query: '?raw', import: 'default', eager: true })
const sources = Object.values(files)

/** Whether a source that speaks of the section names the word; w[name] may be any of a list of names. */
function named(section: string, word: string): boolean {
  const use = new RegExp(`\\.${word}\\b|['"]${word}['"]`)
  return sources.some((source) => source.includes(section) && use.test(source))
}

test('every word is used', () => {
  const sections = Object.entries(en).filter(([section]) => section !== 'phases' && section !== 'names')
  const unused = sections.flatMap(([section, words]) =>
    Object.keys(words).filter((word) => !named(section, word)).map((word) => `${section}.${word}`),
  )
  expect(unused).toEqual([])
})
