import { call } from './call'

export interface Health {
  status: 'ok' | 'degraded'
  /** What this server decides with. */
  snapshot: string
  /** Seconds since it was last known to be the live one. */
  snapshot_age: number
}

export async function readHealth(): Promise<Health> {
  return (await call<Health>('GET', '/v1/health')).body
}
