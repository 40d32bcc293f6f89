import { signal } from '@preact/signals'
import { parseRoute, type Route } from './address'

export { href, type Route } from './address'

/** Where the console is now. */
export const route = signal<Route>(parseRoute(location.hash))

/** Goes to an address that href made. replace: the way back leads past the present one. */
export function go(address: string, replace = false): void {
  if (replace) {
    history.replaceState(null, '', address)
    route.value = parseRoute(address)
  } else {
    location.hash = address
  }
}

export function followRoute(): void {
  addEventListener('hashchange', () => {
    route.value = parseRoute(location.hash)
  })
}
