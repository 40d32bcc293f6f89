import { call } from './call'
import { eachAlone, type Preview, type PreviewRequest } from './decision'

/** Decides as a server would be answered, and records nothing. together: all placements in one answer, else each alone. */
export async function preview(request: PreviewRequest, together: boolean): Promise<Preview> {
  return together ? ask(request) : eachAlone(ask, request)
}

async function ask(request: PreviewRequest): Promise<Preview> {
  return (await call<Preview>('POST', '/v1/config/preview', { body: request })).body
}
