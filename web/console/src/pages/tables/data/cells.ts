// Cells as people write and read them, and as the API has them.
import type { CellValue, Row } from '../../../api/config'
import { isList, isNumeric, type Column } from '../../../registry'

/** The text of a cell, as in a CSV file: members of a list separated by |. */
export function toText(value: CellValue | undefined): string {
  if (value === undefined) return ''
  return Array.isArray(value) ? value.join('|') : String(value)
}

const yes = new Set(['true', 'wahr', 'yes', 'ja', 'x', '✓'])
const no = new Set(['false', 'falsch', 'no', 'nein'])

/**
 * The value that a text means in a column. What cannot be read that way stays
 * text, for the API to name. Empty means an empty cell.
 */
export function fromText(text: string, column: Column | undefined): CellValue | undefined {
  if (column === undefined || column.type === 'text' || column.type === 'condition') return text.trim() === '' ? undefined : text
  const trimmed = text.trim()
  if (trimmed === '') return undefined
  if (isList(column)) return listOf(trimmed, column)
  if (isNumeric(column)) return numberOf(trimmed)
  if (column.type === 'bool') return boolOf(trimmed)
  if (column.type === 'time') return timeOf(trimmed)
  return trimmed
}

function listOf(text: string, column: Column): CellValue | undefined {
  const members = text.split(column.type === 'tags' ? '|' : /[|,;\n]/).map((one) => one.trim()).filter((one) => one !== '')
  if (members.length === 0) return undefined
  if (column.type !== 'numbers') return members
  const numbers = (text.includes('|') ? text.split('|') : text.split(/[;\s]+|,\s+/)).map((one) => numberOf(one.trim()))
  return numbers.every((one) => typeof one === 'number') ? numbers : members
}

/** A number with a decimal point, or with the comma of German spreadsheets. */
function numberOf(text: string): number | string {
  const plain = /^[+-]?\d+,\d+$/.test(text) ? text.replace(',', '.') : text
  return /^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i.test(plain) && Number.isFinite(Number(plain)) ? Number(plain) : text
}

function boolOf(text: string): boolean | string {
  const word = text.toLowerCase()
  return yes.has(word) ? true : no.has(word) ? false : text
}

/** 23.11.2026 09:00 as spreadsheets write it becomes 2026-11-23 09:00. */
function timeOf(text: string): string {
  const parts = /^(\d{1,2})\.(\d{1,2})\.(\d{4})(?:[ ,T]+(\d{1,2}):(\d{2})(?::00)?)?$/.exec(text)
  if (!parts) return text
  const [, day, month, year, hour, minute] = parts
  const date = `${year}-${month!.padStart(2, '0')}-${day!.padStart(2, '0')}`
  return hour === undefined ? date : `${date} ${hour.padStart(2, '0')}:${minute}`
}

export function equalCells(a: CellValue | undefined, b: CellValue | undefined): boolean {
  return JSON.stringify(a) === JSON.stringify(b)
}

/** The columns in which two versions of a row differ. */
export function differing(a: Row, b: Row): string[] {
  return Object.keys({ ...a, ...b }).filter((name) => !equalCells(a[name], b[name]))
}

/** Whether two versions of a row say the same; none equals none. */
export function equalRows(a: Row | undefined, b: Row | undefined): boolean {
  return a === b || (!!a && !!b && differing(a, b).length === 0)
}

/** The row with cells changed; undefined empties one. */
export function withCells(row: Row, cells: Record<string, CellValue | undefined>): Row {
  const filled = Object.entries({ ...row, ...cells }).filter(([, value]) => value !== undefined)
  return Object.fromEntries(filled) as Row
}
