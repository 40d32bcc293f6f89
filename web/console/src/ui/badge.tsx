import type { ComponentChildren } from 'preact'
import { phaseName, phaseNumber } from '../state/phases'
import type { Tone } from './notice'

/** A word in a small frame. */
export function Badge({ tone, children }: { tone?: Tone; children: ComponentChildren }) {
  return <span class={`badge ${tone ?? ''}`}>{children}</span>
}

/** The name of a phase with its colour and its number on the journey. */
export function PhaseBadge({ phase }: { phase: string }) {
  return (
    <span class="phase-badge">
      <PhaseDot phase={phase} />
      {phaseName(phase)}
    </span>
  )
}

/** The colour of a phase and its number, where its name stands beside. */
export function PhaseDot({ phase }: { phase: string }) {
  const n = phaseNumber(phase)
  return <span class={`phase-dot phase-${colour(n)}`} aria-hidden="true">{n || ''}</span>
}

/** The number of the colour of a phase, for the classes phase-0 to phase-8 and the tokens --phase-0 to --phase-8. */
export function phaseColour(phase: string): number {
  return colour(phaseNumber(phase))
}

function colour(n: number): number {
  return n === 0 ? 0 : ((n - 1) % 8) + 1
}
