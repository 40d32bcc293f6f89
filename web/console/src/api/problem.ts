/** What is wrong with a cell, a row or a table, as every answer of the configuration lists it. */
export interface Problem {
  table: string
  row: string
  column: string
  offset: number
  severity: 'error' | 'warning'
  message: string
}

export interface FieldFault {
  field: string
  code: string
  message: string
}

/** The one error that calls throw. `code` is stable; `message` is a sentence of the server. */
export class ApiError extends Error {
  override readonly name = 'ApiError'

  constructor(
    /** 0 where no answer came at all. */
    readonly status: number,
    readonly code: string,
    message: string,
    readonly fields: FieldFault[] = [],
    readonly problems: Problem[] = [],
    /** Of a failed precondition: the version that is there now. */
    readonly version = '',
    readonly requestId = '',
  ) {
    super(message)
  }
}

/** Whether e is a refusal with this code. */
export function refusedWith(e: unknown, code: string): e is ApiError {
  return e instanceof ApiError && e.code === code
}

interface ProblemDocument {
  code?: string
  detail?: string
  title?: string
  requestId?: string
  errors?: FieldFault[]
  problems?: Problem[]
}

/** Reads the problem document of a refusal; of anything else, such as a proxy's page, the status. */
export async function errorOf(answer: Response): Promise<ApiError> {
  const document = (await answer.json().catch(() => ({}))) as ProblemDocument
  return new ApiError(
    answer.status,
    document.code ?? `http_${answer.status}`,
    document.detail ?? document.title ?? `${answer.status} ${answer.statusText}`,
    document.errors,
    document.problems,
    tagOf(answer),
    document.requestId,
  )
}

/** The ETag of an answer without its quotes. */
export function tagOf(answer: Response): string {
  return (answer.headers.get('ETag') ?? '').replace(/^W\//, '').replace(/^"|"$/g, '')
}
