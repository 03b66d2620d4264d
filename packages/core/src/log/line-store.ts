import type { LogLevel, ServiceLine } from './service-line.ts'

export interface LineStore {
  append(lines: ServiceLine[]): Promise<void>
  /** Newest `limit` lines that match, answered oldest first; `before` and `after` are line ids. */
  search(project: string, query: LineQuery): Promise<{ lines: ServiceLine[]; hasMore: boolean }>
  histogram(
    project: string,
    query: LineQuery,
    bucketMs: number,
  ): Promise<{ at: string; total: number; errors: number }[]>
}

export interface LineQuery {
  text?: string
  service?: string
  environment?: string
  release?: string
  /** That level or above. */
  level?: LogLevel
  traceId?: string
  from?: string
  to?: string
  before?: string
  after?: string
  limit?: number
}
