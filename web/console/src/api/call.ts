import { expire, key } from '../state/session'
import { ApiError, errorOf, tagOf } from './problem'

export interface CallOptions {
  body?: unknown
  query?: Record<string, string | number | boolean | undefined>
  /** The version that an edit replaces; null: there must be nothing yet. */
  match?: string | null
  signal?: AbortSignal
  /** Another key than the one of the session, to try it. */
  as?: string
  /** The browser may keep the answer, and asks whether it is still the same. */
  kept?: boolean
}

export interface Answer<T> {
  body: T
  /** The version of what was read or written. */
  version: string
}

/** Calls the API. Every failure is an ApiError; one that says that the key counts no longer signs out. */
export async function call<T>(method: string, path: string, options: CallOptions = {}): Promise<Answer<T>> {
  const headers: Record<string, string> = { Authorization: `Bearer ${options.as ?? key.value ?? ''}` }
  if (options.body !== undefined) headers['Content-Type'] = 'application/json'
  if (options.match === null) headers['If-None-Match'] = '*'
  else if (options.match !== undefined) headers['If-Match'] = `"${options.match}"`
  let answer: Response
  try {
    answer = await fetch(path + search(options.query), {
      method,
      headers,
      body: options.body === undefined ? undefined : JSON.stringify(options.body),
      signal: options.signal,
      cache: options.kept ? 'no-cache' : 'no-store',
    })
  } catch (e) {
    if (options.signal?.aborted) throw e
    throw new ApiError(0, 'unreachable', '')
  }
  if (!answer.ok) {
    const error = await errorOf(answer)
    if (answer.status === 401 && options.as === undefined) expire()
    throw error
  }
  const text = await answer.text()
  return { body: (text === '' ? undefined : JSON.parse(text)) as T, version: tagOf(answer) }
}

function search(query: CallOptions['query']): string {
  const params = new URLSearchParams()
  for (const [name, value] of Object.entries(query ?? {})) {
    if (value !== undefined && value !== '') params.set(name, String(value))
  }
  const text = params.toString()
  return text === '' ? '' : `?${text}`
}

/** A path of the API with its variables escaped: path`/v1/config/${table}/${row}`. */
export function path(parts: TemplateStringsArray, ...variables: string[]): string {
  return parts.reduce((whole, part, i) => whole + part + (i < variables.length ? encodeURIComponent(variables[i]!) : ''), '')
}
