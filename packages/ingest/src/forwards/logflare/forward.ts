import { addressIn, defineForward, required } from '../define-forward.ts'
import { json, linesOf, mostLines, type QueuedLine } from '../queued-lines.ts'
import { logflare } from './settings.ts'

/** POST /api/logs?source=…, a batch in each request: https://docs.logflare.app */
export const forward = defineForward(logflare, {
  takes: 'lines',
  addressEnv: ({ urlEnv }) => urlEnv,
  most: mostLines,
  requestFor(rows, { source, urlEnv, keyEnv }, env) {
    const { origin, pathname } = addressIn(env, urlEnv, 'https://api.logflare.app')
    return {
      url: `${origin}${pathname.replace(/\/$/, '')}/api/logs?source=${source}`,
      headers: { 'content-type': 'application/json', 'x-api-key': required(env, keyEnv) },
      body: json({ batch: linesOf(rows).map(recordOf) }),
    }
  },
  limitsIn: () => ({}),
  rejectedIn: () => 0,
})

const recordOf = ({ at, message, fields, trace, release, ...line }: QueuedLine) => ({
  message,
  timestamp: Date.parse(at),
  metadata: {
    ...(columns(fields) as object),
    ...line,
    ...(release !== null && { release }),
    ...(trace !== null && { trace_id: trace }),
  },
})

/** Fields become columns of BigQuery, whose names are letters, digits and underscores, no digit first. */
function columns(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(columns)
  if (typeof value !== 'object' || value === null) return value
  return Object.fromEntries(Object.entries(value).map(([name, held]) => [columnOf(name), columns(held)]))
}

const columnOf = (name: string): string => name.replace(/\W/g, '_').replace(/^(?=\d|$)/, '_')
