import { createHmac } from 'node:crypto'

export interface LogRequest {
  path: string
  headers: Record<string, string>
  body: string
}

interface Told {
  key: string
  drainSecret: string
  now: Date
}

/** The three lines in the shape that each program sends; those that say a stack have it as a field. */
export function logRequest(alias: string, { key, drainSecret, now }: Told): LogRequest {
  const bearer = { authorization: `Bearer ${key}`, 'content-type': 'application/json' }
  const lines = linesOf(alias, now)
  const shapes: Record<string, () => LogRequest> = {
    'vercel-drain': () => {
      const body = JSON.stringify(lines.map(line => vercelLine(line, now)))
      const signature = createHmac('sha1', drainSecret).update(body).digest('hex')
      const headers = { 'content-type': 'application/json', 'x-vercel-signature': signature }
      return { path: '/webhooks/vercel/sitebuilder', headers, body }
    },
    // Its codec `json` writes a batch as one array.
    'vector-http': () => ({ path: '/ingest/lines', headers: bearer, body: JSON.stringify(lines.map(vectorLine)) }),
    'vector-logflare': () => ({
      ...{ path: '/logs/vector?source=shop', body: JSON.stringify(lines.map(vectorLine)) },
      headers: { 'x-api-key': key, 'content-type': 'application/json' },
    }),
    'fluent-bit': () => ({
      ...{ path: '/ingest/lines', headers: bearer },
      body: JSON.stringify(
        lines.map(({ at, message, ...rest }) => ({ date: at.getTime() / 1_000, log: message, ...rest })),
      ),
    }),
    'curl-ndjson': () => ({
      ...{ path: '/ingest/lines', headers: { ...bearer, 'content-type': 'application/x-ndjson' } },
      body: lines.map(({ at, ...rest }) => `${JSON.stringify({ time: at, ...rest })}\n`).join(''),
    }),
    'curl-text': () => ({
      ...{ path: '/ingest/lines', headers: { ...bearer, 'content-type': 'text/plain' } },
      body: lines.map(({ at, level, message }) => `${at.toISOString()} ${level.toUpperCase()} ${message}\n`).join(''),
    }),
  }
  const shape = shapes[alias]
  if (shape === undefined) throw new Error(`nobody says what ${alias} sends`)
  return shape()
}

type Line = ReturnType<typeof linesOf>[number]

function linesOf(alias: string, now: Date) {
  const order = { till: 4, password: 'hunter2' }
  const line = (second: number, level: string, message: string, more: object) => ({
    ...{ at: new Date(now.getTime() - 10_000 + second * 1_000), level, message, ...more },
  })
  const failed = new Error(`pay of ${alias} failed`)
  return [
    line(1, 'info', `order 13 of ${alias} came`, order),
    line(2, 'warn', `the till of ${alias} is slow`, order),
    line(3, 'error', failed.message, { stack: failed.stack }),
  ]
}

const vectorLine = ({ at, ...rest }: Line) => ({
  ...rest,
  timestamp: at.toISOString(),
  source_type: 'stdin',
  host: 'h1',
})

/** Source: https://vercel.com/docs/drains/reference/logs; what a function writes is in its message. */
const vercelLine = ({ at, level, ...rest }: Line, now: Date) => ({
  ...{
    id: `${now.getTime()}-${level}`,
    deploymentId: 'dpl_1',
    projectId: 'prj_1',
    source: 'lambda',
    host: 'shop.example',
  },
  ...{ timestamp: at.getTime(), level: level === 'warn' ? 'warning' : level, path: '/api/pay', ...rest },
})
