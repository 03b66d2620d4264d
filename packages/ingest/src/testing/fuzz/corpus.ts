import { encode } from '@msgpack/msgpack'

/** A request that is varied. */
export interface Seed {
  protocol: string
  path: string
  headers?: Record<string, string>
  body: Buffer
}

const json = { 'content-type': 'application/json' }
const plain = { 'content-type': 'text/plain' }
const packed = { 'content-type': 'application/msgpack' }
const protobuf = { 'content-type': 'application/x-protobuf' }
const envelope = '/api/:number/envelope/'

const event = {
  event_id: 'a'.repeat(32),
  timestamp: 1_795_428_000.5,
  level: 'error',
  environment: 'production',
  tags: { region: 'fra' },
  user: { id: 'u7', ip_address: '203.0.113.9' },
  request: { url: 'https://shop.example/?token=abc', headers: [['Cookie', 'sid=1']] },
  breadcrumbs: { values: [{ timestamp: '2026-11-27T11:59:00Z', category: 'console', message: 'password=hunter2' }] },
  exception: {
    values: [
      { type: 'TypeError', value: 'x is no function', stacktrace: { frames: [{ filename: 'a.js', lineno: 1 }] } },
    ],
  },
}
const record = {
  dt: '2026-11-27T11:59:00Z',
  level: 'warn',
  message: 'card declined',
  context: { pid: 7, deep: [1, [2]] },
}
const otlp = {
  resourceLogs: [
    {
      resource: { attributes: [{ key: 'service.name', value: { stringValue: 'web' } }] },
      scopeLogs: [
        {
          logRecords: [
            {
              timeUnixNano: '1795780740000000000',
              severityNumber: 13,
              body: { kvlistValue: { values: [{ key: 'a', value: { arrayValue: { values: [{ intValue: '7' }] } } }] } },
              attributes: [{ key: 'n', value: { doubleValue: 1.5 } }],
              traceId: 'a'.repeat(32),
            },
          ],
        },
      ],
    },
  ],
}
/** A resource with a name, a scope, and a record with time, body, an attribute and a trace. */
const otlpBytes =
  '0a560a1a0a180a0c736572766963652e6e616d6512080a0673657276657212380a060a0473636f7012' +
  '2e09000000000000f03f100d2a0a0a0868656c6c6f6f6f6f320a0a016112050a036162634a10aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa'

const texts = [
  '<11>1 2026-11-27T10:00:00Z host app 12 ID [a@1 k="v" l="\\"w\\]"] text',
  '<11>Nov 27 10:00:00 host app[12]: ERROR text',
  'E1127 10:00:00.123456   12 file.go:7] text',
  'E, [2026-11-27T10:00:00.123456 #12] ERROR -- app: text',
  'level=error msg="a \\"b\\" c" at=2026-11-27T10:00:00Z password=hunter2',
  '2026-11-27 10:00:00,123 [main] ERROR c.a.B - Authorization: Bearer eyJhbGciOiJI.eyJzdWIiOiIx.abc',
  '[10:00:00.123] ERROR (12): text',
  '{"level":50,"time":1795780740000,"msg":"m","err":{"stack":"a"}}',
].join('\n')

/** Bodies as clients send them, and those that once cost more than their length: to be kept, and added to. */
export const corpus: readonly Seed[] = [
  { protocol: 'sentry', path: envelope, body: Buffer.from(`{}\n{"type":"event"}\n${JSON.stringify(event)}\n`) },
  {
    ...{ protocol: 'sentry', path: envelope },
    body: Buffer.from(
      [
        '{"sent_at":"2026-11-27T11:59:00Z"}',
        '{"type":"log","item_count":1}',
        JSON.stringify({ items: [{ timestamp: 1, level: 'info', body: 'b', attributes: { a: { value: 1 } } }] }),
        '{"type":"session"}',
        '{"sid":"s","init":true,"status":"ok","started":"2026-11-27T11:59:00Z","attrs":{"release":"r1"}}',
        '{"type":"client_report"}',
        '{"discarded_events":[{"reason":"before_send","category":"error","quantity":2}]}',
        '{"type":"attachment","length":3,"filename":"a"}',
        'abc',
        '{"type":"check_in"}',
        '{"check_in_id":"c","monitor_slug":"nightly","status":"ok"}',
        '{"type":"transaction"}',
        '{"transaction":"GET /","start_timestamp":1,"timestamp":2,"spans":[{}],"contexts":{"trace":{"trace_id":"a"}}}',
      ].join('\n'),
    ),
  },
  { protocol: 'sentry', path: '/api/:number/store/', headers: json, body: Buffer.from(JSON.stringify(event)) },
  {
    ...{ protocol: 'sentry', path: '/api/:number/security/', headers: json },
    body: Buffer.from('{"csp-report":{"document-uri":"https://a/","blocked-uri":"eval","effective-directive":"x"}}'),
  },
  {
    ...{ protocol: 'sentry', path: '/api/:number/minidump/' },
    headers: { 'content-type': 'multipart/form-data; boundary=b' },
    body: Buffer.from(
      '--b\r\nContent-Disposition: form-data; name="sentry"\r\n\r\n{"a":1}\r\n--b\r\nContent-Disposition: form-data; ' +
        'name="upload_file_minidump"; filename="m"\r\n\r\nMDMP\r\n--b--\r\n',
    ),
  },
  { protocol: 'lines', path: '/ingest/lines', headers: plain, body: Buffer.from(texts) },
  { protocol: 'lines', path: '/ingest/lines', headers: json, body: Buffer.from(JSON.stringify([record, record])) },
  {
    protocol: 'lines',
    path: '/ingest/lines',
    headers: plain,
    body: Buffer.from(`<1>1 - - - - - [${'['.repeat(3_000)}`),
  },
  { protocol: 'lines', path: '/ingest/lines', headers: plain, body: Buffer.from('Nov 27 10:00:00 h a: '.repeat(200)) },
  { protocol: 'betterstack', path: '/betterstack', headers: packed, body: Buffer.from(encode([record, event])) },
  { protocol: 'betterstack', path: '/betterstack', headers: packed, body: Buffer.from('dd01ffffff'.repeat(4), 'hex') },
  { protocol: 'betterstack', path: '/betterstack', headers: json, body: Buffer.from(JSON.stringify(record)) },
  {
    ...{ protocol: 'logflare', path: '/logs', headers: json },
    body: Buffer.from(JSON.stringify({ batch: [{ message: 'm', timestamp: 1_795_780_740_000, metadata: record }] })),
  },
  { protocol: 'otlp', path: '/v1/logs', headers: json, body: Buffer.from(JSON.stringify(otlp)) },
  { protocol: 'otlp', path: '/v1/logs', headers: protobuf, body: Buffer.from(otlpBytes, 'hex') },
  {
    ...{ protocol: 'syslog', path: '/ingest/syslog', headers: {} },
    body: Buffer.from(
      `<13>Nov 27 11:59:00 h app[7]: {"level":"warn","msg":"m"}\n40 <14>1 2026-11-27T11:59:00Z h a - - - two\n<27>1 - - - - - [gantry@1 key="k"] x`,
    ),
  },
  {
    ...{ protocol: 'vercel', path: '/webhooks/vercel/:project', headers: json },
    body: Buffer.from(
      JSON.stringify([{ id: '1', source: 'lambda', deploymentId: 'd', message: 'm', proxy: { path: '/' } }]),
    ),
  },
  {
    ...{ protocol: 'github', path: '/webhooks/github/:project' },
    headers: { ...json, 'x-github-event': 'workflow_run', 'x-github-delivery': '1' },
    body: Buffer.from(
      JSON.stringify({ action: 'completed', workflow_run: { id: 1 }, repository: { full_name: 'a/b' } }),
    ),
  },
]
