import { signal } from '@preact/signals'

/** What was done, in a sentence, and how to take it back. */
export interface Toast {
  id: number
  tone: 'good' | 'bad' | 'info'
  text: string
  action?: { label: string; run: () => void }
}

export const toasts = signal<Toast[]>([])

let last = 0

/** Says that something happened. Screen readers hear it; those that report a fault stay until they are closed. */
export function say(text: string, tone: Toast['tone'] = 'good', action?: Toast['action']): void {
  const id = ++last
  toasts.value = [...toasts.value.filter((one) => one.text !== text), { id, tone, text, action }].slice(-4)
  if (tone !== 'bad') setTimeout(() => dismiss(id), action ? 12_000 : 6_000)
}

export function dismiss(id: number): void {
  toasts.value = toasts.value.filter((one) => one.id !== id)
}
