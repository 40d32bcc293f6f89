import { signal } from '@preact/signals'

const place = 'wegweiser.key'

/** The admin key of whoever is signed in. It is kept for as long as the tab is open, and nowhere else. */
export const key = signal<string | null>(sessionStorage.getItem(place))

/** Whether the last session ended because its key counts no longer. */
export const expired = signal(false)

/** Keeps a key that a call has shown to be right. */
export function signIn(checked: string): void {
  sessionStorage.setItem(place, checked)
  expired.value = false
  key.value = checked
}

export function signOut(): void {
  sessionStorage.removeItem(place)
  key.value = null
}

/** Signs out because the server knows the key no longer. */
export function expire(): void {
  expired.value = true
  signOut()
}
