import { isRecord, type JsonRecord } from './json-records.ts'

/** A request that a line tells of. */
export interface ToldRequest {
  /** `edge`: what stands in front of the service wrote it, so it is all of them. `service`: the service itself did. */
  by: 'edge' | 'service'
  /** The same in each line about one request; null: each is about another one. */
  id: string | null
  /** Without what was asked for; null where the line does not say. */
  path: string | null
  /** As the proxy of this machine counts it: an answer of 500 and above, or none. */
  hasFailed: boolean
  isOfProbe: boolean
}

type Fields = Readonly<JsonRecord>

/**
 * What a line says of a request that a service answered; null for any other line. Only names that nobody uses for requests a service
 * makes by itself: these are no visits.
 */
export function requestIn(fields: Fields): ToldRequest | null {
  return ofVercel(fields) ?? ofBalancer(fields) ?? ofLogger(fields) ?? ofTelemetry(fields) ?? ofAccessLog(fields)
}

/** What the vendor calls that which wrote a line: a deployment of Vercel, a machine of Fly. */
export function writerOf({ deploymentId, fly }: Fields): string | null {
  if (typeof deploymentId === 'string') return deploymentId
  const app = isRecord(fly) ? fly['app'] : undefined
  const instance = isRecord(app) ? app['instance'] : undefined
  return typeof instance === 'string' ? instance : null
}

/** Each line that is written during a request has its `proxy`; -1 says that nothing answered. Source: https://vercel.com/docs/drains/reference/logs */
function ofVercel({ proxy, statusCode, requestId }: Fields): ToldRequest | null {
  if (!isRecord(proxy)) return null
  const status = statusIn(proxy['statusCode'] ?? statusCode)
  if (status === null) return null
  return told('edge', status, { id: requestId, path: proxy['path'], agent: proxy['userAgent'] })
}

/** Google's name, which other balancers write as well: https://cloud.google.com/logging/docs/reference/v2/rest/v2/LogEntry#httprequest */
function ofBalancer({ httpRequest }: Fields): ToldRequest | null {
  if (!isRecord(httpRequest)) return null
  const status = statusIn(httpRequest['status'])
  if (status === null) return null
  return told('edge', status, { path: httpRequest['requestUrl'], agent: httpRequest['userAgent'] })
}

/** pino-http, Fastify, bunyan and winston's express logger: `res` beside `req`, or how long it took. */
function ofLogger({ req, res, responseTime }: Fields): ToldRequest | null {
  if (!isRecord(res) || !(isRecord(req) || typeof responseTime === 'number')) return null
  const status = statusIn(res['statusCode'])
  if (status === null) return null
  const asked = isRecord(req) ? req : {}
  const headers = isRecord(asked['headers']) ? asked['headers'] : {}
  return told('service', status, { path: asked['url'], agent: headers['user-agent'] })
}

/** Of a server by its `http.route` or `url.path`: a client has `url.full`. Source: https://opentelemetry.io/docs/specs/semconv/http/ */
function ofTelemetry(fields: Fields): ToldRequest | null {
  const path = fields['url.path'] ?? fields['http.route']
  const status = statusIn(fields['http.response.status_code'])
  if (status === null || typeof path !== 'string') return null
  return told('service', status, { path, agent: fields['user_agent.original'] })
}

const methods = new Set(['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS'])

/** Morgan, nginx and everybody's own: method, path and status beside each other. Who asks elsewhere writes a whole address. */
function ofAccessLog(fields: Fields): ToldRequest | null {
  const { method, path = fields['url'], status = fields['statusCode'] ?? fields['status_code'] } = fields
  const code = statusIn(typeof status === 'string' ? Number(status) : status)
  if (code === null || typeof method !== 'string' || !methods.has(method.toUpperCase())) return null
  if (typeof path !== 'string' || !path.startsWith('/')) return null
  return told('service', code, { path, agent: fields['userAgent'] ?? fields['user_agent'] })
}

const statusIn = (value: unknown): number | null =>
  value === -1 || (typeof value === 'number' && Number.isInteger(value) && value >= 100 && value <= 599) ? value : null

function told(
  by: ToldRequest['by'],
  status: number,
  { id, path, agent }: { id?: unknown; path?: unknown; agent?: unknown },
): ToldRequest {
  return {
    by,
    id: typeof id === 'string' && id !== '' ? id : null,
    path: typeof path === 'string' ? pathOf(path) : null,
    hasFailed: status === -1 || status >= 500,
    isOfProbe: [agent].flat().some(each => typeof each === 'string' && each.startsWith('gantry-probe')),
  }
}

function pathOf(said: string): string {
  const [path = ''] = (/^https?:\/\/[^/]*(.*)$/s.exec(said)?.[1] ?? said).split(/[?#]/)
  return path === '' ? '/' : path
}
