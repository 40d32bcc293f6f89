/** A line of a cell's text around a place in it, and how many characters before the place it starts. */
export interface Place {
  line: string
  before: number
  /** The place in the whole text, counted in characters from 1. */
  character: number
}

const around = 44

/** Finds the place of a byte offset, as the checker counts. */
export function placeOf(text: string, offset: number): Place {
  const bytes = new TextEncoder().encode(text)
  const ahead = new TextDecoder().decode(bytes.slice(0, Math.min(offset, bytes.length)))
  const behind = text.slice(ahead.length)
  const left = [...ahead.slice(ahead.lastIndexOf('\n') + 1)]
  const right = [...(behind.split('\n', 1)[0] ?? '')]
  const start = left.length > around ? ['…', ...left.slice(-around)] : left
  const end = right.length > around ? [...right.slice(0, around), '…'] : right
  return { line: [...start, ...end].join(''), before: start.length, character: [...ahead].length + 1 }
}
