import { call } from './call'
import type { DryRun, DryRunRequest } from './dryrun'

/** One page of a dry run. Nothing is written. */
export async function readDryRun(request: DryRunRequest, signal: AbortSignal): Promise<DryRun> {
  return (await call<DryRun>('POST', '/v1/config/dry-run', { body: request, signal })).body
}

/** Makes the draft with this content hash live if the snapshot that is named still is, and returns what is live then. */
export async function publishDraft(draft: string, note: string, live: string): Promise<string> {
  return (await call<{ live: string }>('POST', '/v1/config/publish', { body: note === '' ? { draft } : { draft, note }, match: live })).body.live
}

/** Agrees to the draft with this content hash. */
export async function approveDraft(draft: string): Promise<void> {
  await call('POST', '/v1/config/approve', { body: { draft } })
}

/** Makes a snapshot live that was live before. */
export async function rollBack(snapshot: string): Promise<string> {
  return (await call<{ live: string }>('POST', '/v1/config/rollback', { body: { snapshot } })).body.live
}
