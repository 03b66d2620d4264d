import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { gunzipSync } from 'node:zlib'
import * as Sentry from '@sentry/node'
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest'
import { deploymentOf, sendsOtlp, tracesShare } from './deployment.ts'
import { instrument } from './next.ts'
import { type Observed, observe } from './node.ts'

interface Heard {
  path: string
  body: string
  headers: NodeJS.Dict<string | string[]>
}

let server: Server
let url = ''
const heard: Heard[] = []
beforeAll(async () => {
  server = createServer((request, response) => {
    const chunks: Buffer[] = []
    request.on('data', chunk => chunks.push(chunk))
    request.on('end', () => {
      const bytes = Buffer.concat(chunks)
      const body = request.headers['content-encoding'] === 'gzip' ? gunzipSync(bytes) : bytes
      heard.push({ path: request.url ?? '', body: body.toString('latin1'), headers: request.headers })
      response.end('{}')
    })
  })
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve))
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
})
afterEach(async () => {
  await Sentry.close()
  heard.length = 0
})
afterAll(() => server.close())

const release = '8f3c2a1'
const envOf = () => ({
  SENTRY_DSN: `${url.replace('//', '//key@')}/1`,
  SENTRY_RELEASE: release,
  SENTRY_ENVIRONMENT: 'staging',
})

function started(more: Record<string, string> = {}): Observed & { lines: Record<string, unknown>[] } {
  const lines: Record<string, unknown>[] = []
  const output = { write: (line: string) => void lines.push(JSON.parse(line)) }
  return { ...observe({ service: 'backend', env: { ...envOf(), ...more }, output }), lines }
}

const events = () =>
  heard.flatMap(({ path, body }) =>
    path.startsWith('/api/1/envelope') && body.includes('"type":"event"')
      ? [JSON.parse(body.split('\n')[2] ?? '')]
      : [],
  )

test('a line says which service, environment and release it is of, and errors are reported with the same', async () => {
  const { log, lines, flush } = started()
  log.info({ order: 7 }, 'paid')
  log.error(new TypeError('no total'))
  log.fatal({ err: new RangeError('no room') }, 'gave up')
  log.error('words alone')
  log.warn(new Error('only a warning'))
  expect(await flush(10_000)).toBe(true)
  expect(lines[0]).toMatchObject({ msg: 'paid', order: 7, service: 'backend', environment: 'staging', release })
  expect(lines).toHaveLength(5)
  const place = { release, environment: 'staging', tags: { service: 'backend' } }
  expect(events()).toMatchObject([
    { level: 'error', exception: { values: [{ type: 'TypeError', value: 'no total' }] }, ...place },
    { level: 'fatal', exception: { values: [{ type: 'RangeError', value: 'no room' }] }, ...place },
  ])
})

test('a line within a request names its trace', () => {
  const { log, lines } = started({ SENTRY_TRACES_SAMPLE_RATE: '1' })
  Sentry.startSpan({ name: 'GET /' }, span => {
    log.info('inside')
    expect(lines[0]).toMatchObject({ trace_id: span.spanContext().traceId, span_id: span.spanContext().spanId })
  })
  log.info('outside')
  expect(lines[1]).not.toHaveProperty('trace_id')
})

test('lines go by OTLP where the variables say so, beside standard output', async () => {
  process.env['OTEL_EXPORTER_OTLP_ENDPOINT'] = url
  process.env['OTEL_EXPORTER_OTLP_HEADERS'] = 'authorization=Bearer key'
  try {
    const { log, lines, flush } = started({ OTEL_EXPORTER_OTLP_ENDPOINT: url })
    log.warn({ order: 7, cart: { items: 2 } }, 'slow')
    await flush(10_000)
    expect(lines).toHaveLength(1)
    const [sent] = heard.filter(({ path }) => path === '/v1/logs')
    expect(sent?.headers['authorization']).toBe('Bearer key')
    for (const part of ['slow', 'WARN', 'service.name', 'backend', release, 'staging', 'order', '{"items":2}'])
      expect(sent?.body).toContain(part)
  } finally {
    delete process.env['OTEL_EXPORTER_OTLP_ENDPOINT']
    delete process.env['OTEL_EXPORTER_OTLP_HEADERS']
  }
})

test('without a DSN nothing is sent, and lines are written all the same', async () => {
  const { log, lines, flush } = started({ SENTRY_DSN: '' })
  log.error(new Error('lost'))
  await flush(1_000)
  expect([lines.length, heard.length]).toEqual([1, 0])
})

test('a request that failed in Next is reported with its route, before its function is frozen', async () => {
  const { register, onRequestError, observed } = instrument({ service: 'web', env: envOf() })
  register()
  register()
  expect(observed()?.deployment).toMatchObject({ release, environment: 'staging' })
  await onRequestError(new Error('no cart'), { path: '/cart?x=1', method: 'GET' }, { routePath: '/[page]' })
  expect(events()).toMatchObject([{ transaction: 'GET /[page]', tags: { service: 'web', path: '/cart?x=1' } }])
  const edge = instrument({ service: 'web', env: { ...envOf(), NEXT_RUNTIME: 'edge' } })
  edge.register()
  expect(edge.observed()).toBeNull()
})

test('what the vendors set by themselves is taken where Gantry set nothing', () => {
  expect(deploymentOf({ VERCEL_GIT_COMMIT_SHA: 'a', VERCEL_ENV: 'preview' })).toEqual({
    ...{ dsn: null, release: 'a', environment: 'preview' },
  })
  expect(deploymentOf({ SENTRY_RELEASE: 'b', VERCEL_GIT_COMMIT_SHA: 'a', RENDER_GIT_COMMIT: 'c' }).release).toBe('b')
  expect(deploymentOf({})).toEqual({ dsn: null, release: null, environment: 'development' })
})

test.each([
  [undefined, 0],
  ['0.2', 0.2],
  ['7', 0],
  ['all', 0],
])('a share of traces of %s is %s', (text, share) => {
  expect(tracesShare({ SENTRY_TRACES_SAMPLE_RATE: text })).toBe(share)
})

test('OTLP can be switched off by its own variables', () => {
  const env = { OTEL_EXPORTER_OTLP_LOGS_ENDPOINT: 'http://x/v1/logs' }
  expect(sendsOtlp(env)).toBe(true)
  expect(sendsOtlp({ ...env, OTEL_LOGS_EXPORTER: 'none' })).toBe(false)
  expect(sendsOtlp({ ...env, OTEL_SDK_DISABLED: 'true' })).toBe(false)
  expect(sendsOtlp({})).toBe(false)
})
