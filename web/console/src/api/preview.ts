import { call } from './call'
import { eachAlone, type Preview, type PreviewRequest } from './decision'

/** Decides as a server would be answered, and records nothing. */
export async function preview(request: PreviewRequest): Promise<Preview> {
  return eachAlone(ask, request)
}

async function ask(request: PreviewRequest): Promise<Preview> {
  return (await call<Preview>('POST', '/v1/config/preview', { body: request })).body
}
