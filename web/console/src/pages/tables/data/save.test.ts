import { beforeEach, expect, test, vi } from 'vitest'
import type { Row } from '../../../api/config'

// A server that keeps rows under versions as the API does: for one row by
// headers, for many all or none.
class Server {
  rows = new Map<string, { row: Row; version: string }>()
  calls: string[] = []
  away = false
  /** What a reading waits for before it answers. */
  reading: Promise<void> | undefined
  private count = 0

  write(key: string, row: Row): string {
    const version = `v${++this.count}`
    this.rows.set(key, { row, version })
    return version
  }

  fetch = async (path: string, init: RequestInit): Promise<Response> => {
    if (this.away) throw new TypeError('failed to fetch')
    const [, table = '', id = ''] = /^\/v1\/config\/?([^/]*)\/?(.*)$/.exec(path) ?? []
    const headers = init.headers as Record<string, string>
    const body = init.body ? JSON.parse(init.body as string) : undefined
    this.calls.push(`${init.method} ${path}`)
    if (path === '/v1/config/snapshots') return json({ live: 's', draft: 's', snapshots: [] })
    if (path === '/v1/config/check') return json({ problems: [] })
    if (init.method === 'GET' && id === '') {
      const rows = [...this.rows].filter(([key]) => key.startsWith(`${table}/`)).map(([, one]) => ({ table, ...one }))
      await this.reading
      return json({ rows })
    }
    const edits =
      path === '/v1/config'
        ? (body.rows as { table: string; row?: Row; delete?: string; version?: string }[])
        : [{ table, row: init.method === 'PUT' ? (body as Row) : undefined, delete: id, version: headers['If-Match']?.slice(1, -1) }]
    if (init.method === 'GET') {
      const found = this.rows.get(`${table}/${id}`)
      return found ? json(found.row, 200, found.version) : json({ code: 'unknown_row' }, 404)
    }
    const keyOf = (one: (typeof edits)[number]) => `${one.table}/${one.row?.id ?? one.delete}`
    const unreadable = edits.flatMap((one, i) => (one.row && typeof one.row.order === 'string' ? [{ field: path === '/v1/config' ? `rows[${i}].row.order` : 'order', code: 'bad_cell', message: 'must be a whole number' }] : []))
    if (unreadable.length > 0) return json({ code: 'rows_refused', detail: 'no row was written', errors: unreadable }, 422)
    if (edits.some((one) => (this.rows.get(keyOf(one))?.version ?? '') !== (one.version ?? ''))) return json({ code: 'row_changed' }, 412)
    let version = ''
    for (const one of edits) {
      if (one.row) version = this.write(keyOf(one), one.row)
      else this.rows.delete(keyOf(one))
    }
    return json({ problems: [] }, 200, version)
  }
}

function json(body: unknown, status = 200, version = ''): Response {
  return new Response(JSON.stringify(body), { status, headers: version ? { ETag: `"${version}"` } : {} })
}

async function open(server: Server) {
  vi.resetModules()
  vi.stubGlobal('fetch', server.fetch)
  vi.stubGlobal('sessionStorage', { getItem: () => 'ak_1', removeItem: () => undefined, setItem: () => undefined })
  vi.stubGlobal('navigator', { language: 'en' })
  const [edits, rows, marks, save] = await Promise.all([import('./edits'), import('./rows'), import('./marks'), import('./save')])
  await rows.loadTable('rules')
  /** Waits until nothing is on its way any more. */
  const settled = () => vi.waitFor(() => expect(marks.saving.value === 0 || marks.saveError.value !== null || marks.conflicts.value.length > 0).toBe(true))
  const row = (id: string) => rows.rowsOf('rules').value?.get(id)
  return { ...edits, ...rows, ...marks, ...save, settled, row }
}

let server: Server
beforeEach(() => {
  server = new Server()
  server.write('rules/a', { id: 'a', order: 1 })
  server.write('rules/b', { id: 'b', order: 2 })
})

test('edits of one row in quick succession name the versions that they leave', async () => {
  const page = await open(server)
  for (let order = 10; order < 15; order++) page.setCells('rules', [{ id: 'a', cells: { order } }])
  page.setCells('rules', [{ id: 'a', cells: { note: 'x' } }])
  expect(page.row('a')).toEqual({ id: 'a', order: 14, note: 'x' })
  await page.settled()
  expect(server.rows.get('rules/a')?.row).toEqual({ id: 'a', order: 14, note: 'x' })
  expect(page.conflicts.value).toEqual([])
})

test('rows are made, deleted and brought back', async () => {
  const page = await open(server)
  page.setRows('rules', [{ id: 'c' }])
  page.deleteRows('rules', ['a'])
  await page.settled()
  expect([...server.rows.keys()].sort()).toEqual(['rules/b', 'rules/c'])
  page.undo()
  page.undo()
  await page.settled()
  expect([...server.rows.keys()].sort()).toEqual(['rules/a', 'rules/b'])
  page.setCells('rules', [{ id: 'a', cells: { order: 7 } }])
  await page.settled()
  expect(server.rows.get('rules/a')?.row.order).toBe(7)
  expect(page.conflicts.value).toEqual([])
})

test('undoing an edit leaves the cells that somebody else changed since', async () => {
  const page = await open(server)
  page.setCells('rules', [{ id: 'a', cells: { order: 9 } }])
  await page.settled()
  server.write('rules/a', { id: 'a', order: 9, note: 'theirs' })
  await page.loadTable('rules')
  expect(page.undo()).toBe(1)
  await page.settled()
  expect(server.rows.get('rules/a')?.row).toEqual({ id: 'a', order: 1, note: 'theirs' })
  expect(page.undo()).toBe(0)
})

test('what the server cannot read stays marked, and does not hold the others back', async () => {
  const page = await open(server)
  page.setCells('rules', [
    { id: 'a', cells: { order: 'many' } },
    { id: 'b', cells: { order: 20 } },
  ])
  await page.settled()
  expect(server.rows.get('rules/b')?.row.order).toBe(20)
  expect(page.marks.value.get('rules/a')).toEqual({ order: 'must be a whole number' })
  expect(page.row('a')?.order).toBe('many')
  page.setCells('rules', [{ id: 'a', cells: { order: 3 } }])
  await page.settled()
  expect(server.rows.get('rules/a')?.row.order).toBe(3)
  expect(page.marks.value.size).toBe(0)
})

test('a row that somebody else changed is shown in both versions, and the choice counts', async () => {
  const page = await open(server)
  server.write('rules/a', { id: 'a', order: 1, note: 'theirs' })
  page.setCells('rules', [{ id: 'a', cells: { order: 5 } }])
  await page.settled()
  const conflict = page.conflicts.value[0]!
  expect(conflict).toMatchObject({ mine: { order: 5 }, theirs: { note: 'theirs' } })
  expect(server.rows.get('rules/a')?.row.order).toBe(1)
  page.resolve(conflict, { id: 'a', order: 5, note: 'theirs' })
  await page.settled()
  expect(server.rows.get('rules/a')?.row).toEqual({ id: 'a', order: 5, note: 'theirs' })
})

test('in a call for many rows, only the one that was changed is asked about', async () => {
  const page = await open(server)
  server.write('rules/a', { id: 'a', order: 99 })
  page.setCells('rules', [
    { id: 'a', cells: { order: 5 } },
    { id: 'b', cells: { order: 6 } },
  ])
  await page.settled()
  await vi.waitFor(() => expect(server.rows.get('rules/b')?.row.order).toBe(6))
  expect(page.conflicts.value.map((one) => one.id)).toEqual(['a'])
  page.resolve(page.conflicts.value[0]!, page.conflicts.value[0]!.theirs)
  await page.settled()
  expect(page.row('a')?.order).toBe(99)
  expect(page.marks.value.size).toBe(0)
})

test('many rows go in calls of at most 100, and can be edited again at once', async () => {
  const page = await open(server)
  const many = Array.from({ length: 250 }, (_, i) => ({ id: `r${i}`, cells: { order: i } }))
  page.setCells('rules', many)
  await page.settled()
  expect(server.calls.filter((one) => one === 'PUT /v1/config')).toHaveLength(3)
  page.setCells('rules', [{ id: 'r7', cells: { note: 'again' } }])
  await page.settled()
  expect(server.rows.get('rules/r7')?.row).toEqual({ id: 'r7', order: 7, note: 'again' })
  expect(page.conflicts.value).toEqual([])
})

test('while the server is away edits wait, and then they are stored', async () => {
  const page = await open(server)
  server.away = true
  page.setCells('rules', [{ id: 'a', cells: { order: 8 } }])
  await page.settled()
  expect(page.saveError.value).not.toBeNull()
  expect(page.unsaved()).toBe(true)
  server.away = false
  page.retry()
  await vi.waitFor(() => expect(server.rows.get('rules/a')?.row.order).toBe(8))
  await vi.waitFor(() => expect(page.unsaved()).toBe(false))
  expect(page.marks.value.size).toBe(0)
})

test('an edit while the rows are read anew is not lost', async () => {
  const page = await open(server)
  const reading = page.loadTable('rules')
  page.setCells('rules', [{ id: 'a', cells: { order: 41 } }])
  await reading
  await page.settled()
  expect(page.row('a')?.order).toBe(41)
  expect(server.rows.get('rules/a')?.row.order).toBe(41)
})

test('rows that were read before an edit was stored do not take its place', async () => {
  const page = await open(server)
  let answer = () => undefined as void
  server.reading = new Promise((resolve) => (answer = resolve))
  const reading = page.loadTable('rules')
  page.setCells('rules', [{ id: 'a', cells: { order: 41 } }])
  await page.settled()
  server.reading = undefined
  answer()
  await reading
  expect(page.row('a')?.order).toBe(41)
  page.setCells('rules', [{ id: 'a', cells: { order: 42 } }])
  await page.settled()
  expect(page.conflicts.value).toEqual([])
})
