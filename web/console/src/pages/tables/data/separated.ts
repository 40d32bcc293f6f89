// Cells separated by commas, semicolons or tabs, as in CSV files and on the
// clipboards of spreadsheets.

export type Separator = ',' | ';' | '\t'

/** The cells of each line. Cells in quotes may hold separators, line ends and doubled quotes. */
export function readSeparated(text: string, separator: Separator): string[][] {
  const cell = new RegExp(`(?:"((?:[^"]+|"")*)"?)?([^${separator}\\r\\n]*)(${separator}|\\r?\\n|\\r|$)`, 'g')
  const lines: string[][] = []
  let line: string[] = []
  for (const { 1: quoted = '', 2: plain, 3: end, index } of text.matchAll(cell)) {
    // A line end at the end of the text begins no line.
    if (index === text.length && line.length === 0 && lines.length > 0) break
    line.push(quoted.replaceAll('""', '"') + plain)
    if (end === separator) continue
    lines.push(line)
    line = []
    if (end === '') break
  }
  return lines
}

/** Writes lines of cells, quoting what needs it. */
export function writeSeparated(lines: readonly (readonly string[])[], separator: Separator): string {
  const spell = (cell: string) => (/["\r\n]/.test(cell) || cell.includes(separator) ? `"${cell.replaceAll('"', '""')}"` : cell)
  return lines.map((line) => line.map(spell).join(separator)).join('\n')
}

/** What the first line has most of: spreadsheets with a decimal comma write semicolons. */
export function separatorOf(text: string): Separator {
  const count = (sign: string) => text.split('\n', 1)[0]!.split(sign).length
  return ([',', ';', '\t'] as const).reduce((best, one) => (count(one) > count(best) ? one : best))
}
