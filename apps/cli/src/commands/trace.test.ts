import { expect, it } from 'vitest'
import * as sample from '../testing/samples.ts'
import { typed } from '../testing/test-host.ts'
import { type Answer, testServer } from '../testing/test-server.ts'

const at = '/api/v1/projects/shop'
const id = '4bf92f3577b34da6a3ce929d0e0e4736'

const span = (name: string, over: object = {}) => ({
  ...{ id: name, parent: null, depth: 0, children: 0, name, op: null, kind: 'internal', service: 'web', release: null },
  ...{ environment: 'production', startMs: 0, ms: 312, ownMs: 232, hasFailed: false, status: null },
  ...{ missingParent: null, isInCircle: false, movedMs: 0, ...over },
})
const failing = {
  ...{ parent: 'GET /cart', depth: 1, service: 'backend', op: 'db', startMs: 12, ms: 80, ownMs: 80 },
  ...{ hasFailed: true, status: 'away' },
}
const said = { environment: 'production', service: 'backend', release: null, at: sample.at }
const trace = {
  ...{ id, startedAt: sample.at, ms: 312, leftOut: { spans: 0, events: 0, lines: false } },
  spans: [
    span('GET /cart', { children: 1 }),
    span('SELECT', failing),
    span('mail', { missingParent: 'gone', startMs: 300 }),
  ],
  services: [
    { service: 'web', spans: 2, failed: 0, ownMs: 232, clockMs: 0 },
    { service: 'backend', spans: 1, failed: 1, ownMs: 80, clockMs: 0 },
  ],
  ...{ missingParents: 1, circles: 0 },
  events: [
    {
      ...said,
      id: 'e'.repeat(32),
      level: 'error',
      issue: 12,
      title: 'Error: no \u001b[31mcart',
      span: 'SELECT',
      startMs: 90,
    },
  ],
  lines: [{ ...said, id: 'l', level: 'warn', message: 'slow', span: null, startMs: -3 }],
  deployments: [
    { id: 'd', environment: 'production', release: sample.sha, kind: 'deploy', liveAt: sample.at, startMs: -240_000 },
  ],
}

async function asked(argv: string[], answers: Record<string, Answer> = {}) {
  const server = await testServer({
    [`GET ${at}/traces/${id}`]: () => trace,
    [`GET ${at}/events/e1/trace`]: () => trace,
    ...answers,
  })
  return typed(['trace', ...argv], { env: server.env, now: sample.now })
}

it('shows a trace as a tree, with what failed, was written and ran there, and says what is missing', async () => {
  const { code, out } = await asked([id])
  expect(code).toBe(0)
  const rows = out.split('\n').map(row => row.trimEnd().replace(/ {2,}/g, '  '))
  expect(rows.slice(0, 10)).toEqual([
    `trace ${id}`,
    '312 ms, 3 spans in 2 services, 1 failed, 1 error, 1 line, began 5 min ago',
    'production: 8f3c2a1, live for 4 min 0 s by then',
    '! 1 span names a parent that did not arrive, and stands at the top.',
    '',
    'at  took  service',
    '-3 ms  backend  · warn slow',
    '0 ms  312 ms  web  GET /cart',
    '12 ms  80 ms  backend  ✖ db SELECT  away',
    '90 ms  backend  ! Error: no cart  (issue 12)',
  ])
  expect(out).toMatch(/backend +80 ms +1 +1/)
})

it('takes an event in place of a trace, and says how many rows it leaves out', async () => {
  const { out } = await asked(['--event', 'e1', '--limit', '2'])
  expect(out).toContain('and 3 rows more: --limit, or --json')
  expect(JSON.parse((await asked([id, '--json'])).out)).toMatchObject({ id, spans: [{}, {}, {}] })
})

it('needs the one or the other', async () => {
  expect((await asked([])).code).toBe(2)
  expect((await asked([id, '--event', 'e1'])).code).toBe(2)
})
