import type { Registry } from '../registry'
import { call } from './call'

/** What the program knows of its tables. The browser keeps it for as long as it is the same. */
export async function readRegistry(): Promise<Registry> {
  return (await call<Registry>('GET', '/registry.json', { kept: true })).body
}
