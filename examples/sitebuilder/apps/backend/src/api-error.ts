import type { Problem } from '@sitebuilder/site'

/** What went wrong with a request, as its sender is told: `{"error":{"code":"slug_taken","message":"…"}}`. */
export class ApiError extends Error {
  override name = 'ApiError'
  readonly status: number
  readonly code: string
  readonly problems: Problem[] | undefined

  constructor(status: number, code: string, message: string, problems?: Problem[]) {
    super(message)
    this.status = status
    this.code = code
    this.problems = problems
  }
}

export const notFound = (what: string) => new ApiError(404, 'not_found', `There is no ${what}.`)
