import { signal } from '@preact/signals'

/** How many visitors there were when somebody counted all of them last. */
export const visitorTotal = signal<number | undefined>(undefined)
