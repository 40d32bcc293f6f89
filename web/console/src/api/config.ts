import { call, path, type Answer } from './call'
import type { Problem } from './problem'

export type CellValue = string | number | boolean | string[] | number[]

/** A config row: its id and its filled cells by column. */
export interface Row {
  id: string
  [column: string]: CellValue
}

export interface VersionedRow {
  table: string
  version: string
  row: Row
}

export interface Snapshots {
  live: string
  /** The content hash of the draft; empty where it has errors. */
  draft: string
  snapshots: { id: string; author: string; note: string; at: string }[]
  held?: { since: string; problems: Problem[] }
  approved?: { draft: string; by: string; at: string }
}

export interface RowDiff {
  table: string
  row: string
  change: 'added' | 'changed' | 'removed'
  cells: { column: string; from?: CellValue; to?: CellValue }[]
}

export interface Diff {
  from: string
  to: string
  rows: RowDiff[]
}

/** Writes a row (version: what must be there, '*' anything, nothing: a new row) or deletes one. */
export type Edit =
  | { table: string; row: Row; version?: string }
  | { table: string; delete: string; version?: string }

export const MAX_EDITS = 100

export async function readSnapshots(as?: string): Promise<Snapshots> {
  return (await call<Snapshots>('GET', '/v1/config/snapshots', { as })).body
}

export async function readTable(table: string): Promise<VersionedRow[]> {
  return (await call<{ rows: VersionedRow[] }>('GET', path`/v1/config/${table}`)).body.rows
}

export async function readRow(table: string, id: string): Promise<Answer<Row>> {
  return call<Row>('GET', path`/v1/config/${table}/${id}`)
}

/** Writes one row and returns what is wrong with the draft afterwards. version null creates. */
export async function writeRow(table: string, row: Row, version: string | null): Promise<Answer<{ problems: Problem[] }>> {
  return call('PUT', path`/v1/config/${table}/${row.id}`, { body: row, match: version })
}

export async function deleteRow(table: string, id: string, version: string): Promise<Problem[]> {
  return (await call<{ problems: Problem[] }>('DELETE', path`/v1/config/${table}/${id}`, { match: version })).body.problems
}

/** Writes at most MAX_EDITS rows, all or none. more: the next call belongs to the same change. */
export async function writeRows(rows: Edit[], more = false): Promise<Problem[]> {
  return (await call<{ problems: Problem[] }>('PUT', '/v1/config', { body: more ? { rows, more } : { rows } })).body.problems
}

export async function checkDraft(): Promise<Problem[]> {
  return (await call<{ problems: Problem[] }>('POST', '/v1/config/check', { body: {} })).body.problems
}

export async function readDiff(from?: string, to?: string): Promise<Diff> {
  return (await call<Diff>('GET', '/v1/config/diff', { query: { from, to } })).body
}
