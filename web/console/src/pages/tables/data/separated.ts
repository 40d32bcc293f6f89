// Text with separators: what spreadsheets put on the clipboard (tabs), and CSV.

/** Reads lines of cells; a cell in quotes may hold separators, line ends and doubled quotes. */
export function readSeparated(text: string, separator: string): string[][] {
  const lines: string[][] = []
  let line: string[] = []
  let at = 0
  const end = () => {
    lines.push(line)
    line = []
  }
  while (at <= text.length) {
    let cell: string
    if (text[at] === '"') {
      ;[cell, at] = quoted(text, at)
      const rest = plainEnd(text, at, separator)
      cell += text.slice(at, rest)
      at = rest
    } else {
      const to = plainEnd(text, at, separator)
      cell = text.slice(at, to)
      at = to
    }
    line.push(cell)
    if (at >= text.length) break
    if (text[at] === separator) {
      at++
      if (at === text.length) line.push('')
      if (at === text.length) break
    } else {
      at += text.startsWith('\r\n', at) ? 2 : 1
      end()
      if (at === text.length) return lines
    }
  }
  end()
  return lines
}

function quoted(text: string, start: number): [string, number] {
  let cell = ''
  let at = start + 1
  for (;;) {
    const close = text.indexOf('"', at)
    if (close < 0) return [cell + text.slice(at), text.length]
    cell += text.slice(at, close)
    if (text[close + 1] !== '"') return [cell, close + 1]
    cell += '"'
    at = close + 2
  }
}

function plainEnd(text: string, from: number, separator: string): number {
  let at = from
  while (at < text.length && text[at] !== separator && text[at] !== '\n' && text[at] !== '\r') at++
  return at
}

/** Writes lines of cells, quoting what needs it. */
export function writeSeparated(lines: readonly (readonly string[])[], separator: string, lineEnd = '\n'): string {
  const awkward = new RegExp(`["\\r\\n${separator === '\t' ? '\\t' : separator}]`)
  const spell = (cell: string) => (awkward.test(cell) ? `"${cell.replaceAll('"', '""')}"` : cell)
  return lines.map((line) => line.map(spell).join(separator)).join(lineEnd)
}

/** Semicolons where the header has more of them than commas, as spreadsheets with a decimal comma write. */
export function separatorOf(csv: string): ',' | ';' | '\t' {
  const header = csv.split(/\r?\n/, 1)[0] ?? ''
  const count = (sign: string) => header.split(sign).length
  if (count('\t') > count(',') && count('\t') > count(';')) return '\t'
  return count(';') > count(',') ? ';' : ','
}
