/** Where the console is: #/tables/items?row=sofa is page tables, parts ['items'], query row=sofa. */
export interface Route {
  page: string
  parts: string[]
  query: URLSearchParams
}

export function parseRoute(hash: string): Route {
  const [pathname = '', search = ''] = hash.replace(/^#\/?/, '').split('?', 2)
  const [page = '', ...parts] = pathname.split('/').filter((part) => part !== '').map(decode)
  return { page, parts, query: new URLSearchParams(search) }
}

function decode(part: string): string {
  try {
    return decodeURIComponent(part)
  } catch {
    return part
  }
}

/** The address of a page: href('tables', 'items'), with what it should show behind the question mark. */
export function href(page: string, parts: string[] = [], query: Record<string, string | undefined> = {}): string {
  const params = new URLSearchParams()
  for (const [name, value] of Object.entries(query)) if (value) params.set(name, value)
  const search = params.toString()
  return `#/${[page, ...parts].map(encodeURIComponent).join('/')}${search && `?${search}`}`
}
