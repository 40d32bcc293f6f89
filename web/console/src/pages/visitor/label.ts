import { phaseName, phaseNumber } from '../../state/phases'

const letter = 7 // the mean width of one, in pixels

/** A text as far as it fits. */
export function fitted(text: string, width: number): string {
  return text.length * letter <= width ? text : `${text.slice(0, Math.max(1, Math.floor(width / letter) - 1))}…`
}

/** The name of a phase where it fits, else its number, else nothing. */
export function phaseLabel(phase: string, width: number): string {
  const name = phaseName(phase)
  if (name.length * letter <= width) return name
  return width >= letter ? String(phaseNumber(phase) || '') : ''
}
