import type { JsonRecord } from '../../logs/json-records.ts'

/** A line of Vercel in the names that loggers use. Source: https://vercel.com/docs/drains/reference/logs */
export function vercelRecord(record: JsonRecord): JsonRecord {
  const { type, environment, projectName, message, proxy, statusCode, ...rest } = record
  return {
    ...rest,
    ...(statusCode !== undefined && { statusCode }),
    ...(proxy !== undefined && { proxy }),
    ...(typeof projectName === 'string' && { service: projectName }),
    ...(typeof environment === 'string' && { environment }),
    level: rest['level'] ?? (type === 'stderr' || statusCode === -1 ? 'error' : 'info'),
    message: typeof message === 'string' && message !== '' ? message : requestText(proxy, statusCode),
  }
}

/** A request without output is a line all the same. */
function requestText(proxy: unknown, statusCode: unknown): string {
  const {
    method,
    path,
    statusCode: answered,
  } = (typeof proxy === 'object' && proxy !== null ? proxy : {}) as JsonRecord
  return [method, path, answered ?? statusCode].filter(part => part !== undefined).join(' ') || 'request'
}
