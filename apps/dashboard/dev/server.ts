import { existsSync, readFileSync } from 'node:fs'
import { createServer, type ServerResponse } from 'node:http'
import { extname, join } from 'node:path'
import * as data from './fixtures.ts'
import { issueSpread, releaseSessions, traceView } from './trace-fixture.ts'

/** The built dashboard with made-up data, to look at screens without a Gantry: `node dev/server.ts [port]`. */
const dist = process.env['DASHBOARD_OUT'] ?? join(import.meta.dirname, '../dist')
const port = Number(process.argv[2] ?? 4470)
const policy =
  "default-src 'self'; img-src 'self' data:; style-src 'self' 'unsafe-inline'; connect-src 'self'; worker-src 'self'; base-uri 'none'"
const types: Record<string, string> = { '.js': 'text/javascript', '.css': 'text/css', '.svg': 'image/svg+xml' }
const streams = new Set<ServerResponse>()
let lastId = 1
let incident = data.incident
let isHeld = false
const counts: Record<string, number> = {}

const tell = (event: unknown) => {
  lastId++
  for (const out of streams) out.write(`id: ${lastId}\nevent: message\ndata: ${JSON.stringify(event)}\n\n`)
}
const changed = () => {
  incident = { ...incident, version: incident.version + 1 }
  tell({ topic: 'incident', key: '12' })
  return incident
}

const log = (asked: URLSearchParams, job: string) => {
  const all = data.logOf(job, job === 'lint' ? 100_000 : 2_000)
  if (asked.get('format') === 'text') return all.map(({ text }) => text).join('\n')
  const after = Number(asked.get('after') ?? 0)
  return { lines: all.slice(after, after + 5_000), hasMore: after + 5_000 < all.length }
}
const logs = (asked: URLSearchParams) => {
  const lines = Array.from({ length: 600 }, (_, i) => data.serviceLine(i)).filter(
    each =>
      (!asked.get('service') || each.service === asked.get('service')) &&
      (!asked.get('after') || each.id > (asked.get('after') ?? '')),
  )
  const histogram = Array.from({ length: 60 }, (_, i) => ({
    at: data.ago(900 - i * 15),
    total: i > 20 && i < 30 ? 0 : 6 + ((i * 7) % 31),
    errors: i > 50 ? 6 : 0,
  }))
  return { lines, hasMore: false, searchedBackTo: null, cursor: '0', histogram, barMs: 15_000, countedFrom: null }
}
const plan = {
  environment: 'production',
  from: data.ids.bad,
  to: data.ids.good,
  candidates: [data.ids.good],
  isSafe: true,
  kept: true,
  services: [
    { service: 'builder', moves: true, runsIn: 'server', detail: 'still runs 71be09d: switched at once' },
    { service: 'database', moves: false, runsIn: 'server', detail: 'stays as it is; migrations are not undone' },
  ],
  schema: { fits: true, detail: '0042 still fits' },
  env: [
    { service: 'builder', name: 'FLAG_X', change: 'changed', comesBack: true },
    { service: 'backend', name: 'MAIL_KEY', change: 'changed', comesBack: false },
  ],
  lastTookMs: 840,
  looked: [{ service: 'builder', release: data.ids.good, at: data.ago(20_000), state: 'can', why: null }],
  after: ['what people wrote meanwhile stays'],
  blockers: [],
}
const runOf = (id: string) => data.run(id, Number(id.slice(1)), id === 'r418')
const releaseView = (id: string) => {
  const found = data.releases.find(each => each.id.startsWith(id)) ?? data.release(id, 'Unknown')
  return {
    ...found,
    deployments: data.deployments.filter(each => each.release === found.id),
    promotions:
      found.id === data.ids.next
        ? [{ ...data.promotion, brings: data.brings(found), possibleVoters: data.possibleVoters }]
        : [],
    runs: [data.summary(runOf('r415'))],
    issues: found.id === data.ids.bad ? [data.issue(9)] : [],
    changes: [{ sha: found.id, title: found.title, author: found.author, at: data.ago(2_500) }],
    comparedWith: data.ids.good,
    checklist: found.id === data.ids.next ? data.checklist : null,
  }
}
const intakeCounts = [
  { category: 'error', outcome: 'taken', reason: '', quantity: 1_204 },
  { category: 'session', outcome: 'dropped', reason: 'malformed', quantity: 88 },
  { category: 'error', outcome: 'dropped-by-client', reason: 'queue_overflow', quantity: 3 },
].map(count => ({ ...count, protocol: 'sentry', keyId: 'k1', service: 'backend' }))
const monitors = ['home', 'api'].map((name, i) => {
  const recent = Array.from({ length: 60 }, (_, n) => ({
    monitor: name,
    at: data.ago(1_800 - n * 30),
    isOk: i === 0 || n < 55,
    status: i === 0 || n < 55 ? 200 : 500,
    latencyMs: 30 + ((n * 13) % 60),
    error: i === 0 || n < 55 ? null : 'status 500',
  }))
  return {
    id: name,
    project: 'sitebuilder',
    environment: 'production',
    service: 'builder',
    name,
    type: 'http',
    target: 'http://127.0.0.1:4510/',
    everyMs: 30_000,
    timeoutMs: 5_000,
    confirmations: 2,
    state: i === 0 ? 'up' : 'down',
    since: data.ago(3_000),
    streak: 0,
    last: recent.at(-1),
    recent,
  }
})
const ledger = Array.from({ length: 14 }, (_, i) => ({
  seq: 14 - i,
  project: 'sitebuilder',
  at: data.ago(60 + i * 3_000),
  actor: i % 3 ? 'Ana Lima' : 'gantry',
  action: i % 3 ? 'promotion.approved' : 'deployment.live',
  subject: `${data.ids.bad} → production`,
  reason: i % 3 ? 'looks good on staging' : null,
  evidence: {},
  previousHash: 'a'.repeat(64),
  hash: 'b'.repeat(64),
}))

type Answer = (match: RegExpExecArray, asked: URLSearchParams, body: Record<string, unknown>) => unknown
const routes: [string, RegExp, Answer][] = [
  [
    'GET',
    /^\/me$/,
    () => ({
      person: { id: 'ana', name: 'Ana Lima', email: 'ana@example.com', isServerOwner: true },
      kind: 'person',
      knownAs: { names: ['Ana Lima'], emails: ['ana@example.com'] },
      roles: { sitebuilder: 'owner' },
      projects: ['sitebuilder'],
    }),
  ],
  [
    'GET',
    /^\/line$/,
    () => ({ ...data.line(incident.state === 'resolved' ? [] : [incident], isHeld), recent: ledger.slice(0, 5) }),
  ],
  [
    'GET',
    /^\/config$/,
    () => ({ config: { environments: { production: { allowSelfApproval: false } } }, sha: data.ids.main }),
  ],
  [
    'GET',
    /^\/runs$/,
    (_, asked) => {
      const wanted = asked.get('status')
      const all = Array.from({ length: 512 }, (__, i) => data.summary(runOf(`r${418 - i}`)))
      const found = all.filter(each => !wanted || each.conclusion === wanted)
      const at = asked.get('before') ? found.findIndex(({ id }) => id === asked.get('before')) + 1 : 0
      return { runs: found.slice(at, at + Number(asked.get('limit') ?? 50)), total: found.length, newer: at }
    },
  ],
  [
    'GET',
    /^\/runs\/choices$/,
    () => ({
      workflows: [{ path: '.github/workflows/ci.yml', name: 'ci' }],
      branches: ['main', 'fix-refund-total'],
      authors: ['Leo Park', 'Ana Lima'],
      events: ['push', 'pull_request'],
    }),
  ],
  ['GET', /^\/runs\/(\w+)$/, ([, id = '']) => runOf(id)],
  ['GET', /^\/runs\/\w+\/jobs\/([^/]+)\/log$/, ([, job = ''], asked) => log(asked, decodeURIComponent(job))],
  ['GET', /^\/previews$/, () => data.previews],
  ['GET', /^\/releases$/, () => ({ releases: data.releases })],
  ['GET', /^\/releases\/\w+\/compare$/, () => data.comparison],
  ['GET', /^\/releases\/(\w+)$/, ([, id = '']) => releaseView(id)],
  ['GET', /^\/environments\/\w+\/rollback-plan$/, () => plan],
  ['GET', /^\/environments\/\w+\/figures$/, () => data.figures],
  [
    'POST',
    /^\/environments\/\w+\/(rollback|resume)$/,
    ([, verb]) => {
      isHeld = verb === 'rollback'
      tell({ topic: 'line', key: '' })
      return data.deployments[0]
    },
  ],
  [
    'GET',
    /^\/issues$/,
    (_, asked) => ({
      issues: Array.from({ length: Math.min(10_000, Number(asked.get('limit') ?? 100)) }, (__, i) => data.issue(i + 9)),
      total: 10_000,
    }),
  ],
  ['GET', /^\/issues\/going-up$/, () => ({ issues: [9, 13] })],
  [
    'POST',
    /^\/issues\/acts$/,
    (_, __, { issues }) => ({
      issues: (issues as number[]).map(number => ({ ...data.issue(number), act: String(number) })),
    }),
  ],
  ['POST', /^\/issues\/acts\/undo$/, () => ({ issues: [], changedSince: [11] })],
  [
    'GET',
    /^\/issues\/(\d+)$/,
    ([, n = '']) => ({
      ...data.issue(Number(n)),
      tags: [{ name: 'browser', of: 90, values: [{ value: 'Chrome 150', count: 61 }] }],
    }),
  ],
  ['GET', /^\/issues\/\d+\/spread$/, () => issueSpread],
  ['GET', /^\/releases\/\w+\/sessions$/, () => releaseSessions],
  ['GET', /^\/traces\/[0-9a-f]+$/, () => traceView],
  ['GET', /^\/traces\/[0-9a-f]+\/spans\/(\w+)$/, ([, id = '']) => ({ id, attributes: [], events: [], links: [] })],
  ['GET', /^\/people$/, () => ({ people: [] })],
  ['GET', /^\/issues\/\d+\/acts$/, () => ({ acts: data.issueActs })],
  ['GET', /^\/issues\/\d+\/parts$/, () => ({ parts: data.issueParts })],
  [
    'GET',
    /^\/issues\/\d+\/events$/,
    (_, asked) => ({
      events: [{ ...data.event(Number(asked.get('offset') ?? 0)), lastChange: null, owners: ['@shop/checkout'] }],
      total: 412,
    }),
  ],
  ['GET', /^\/logs$/, (_, asked) => logs(asked)],
  ['GET', /^\/intake$/, () => ({ from: new Date(0).toISOString(), counts: intakeCounts })],
  ['GET', /^\/monitors$/, () => ({ monitors })],
  ['GET', /^\/incidents$/, () => ({ incidents: [incident] })],
  ['GET', /^\/incidents\/12$/, () => data.incidentView(incident)],
  [
    'POST',
    /^\/incidents\/12\/acknowledge$/,
    () => {
      incident = {
        ...incident,
        state: 'acknowledged',
        acknowledgedBy: 'Ana Lima',
        acknowledgedAt: new Date().toISOString(),
      }
      return changed()
    },
  ],
  [
    'POST',
    /^\/incidents\/12\/steps$/,
    (_, __, { step, done }) => {
      const others = incident.ticked.filter(each => each !== step)
      incident = { ...incident, ticked: done ? [...others, Number(step)] : others }
      return changed()
    },
  ],
  ['GET', /^\/runbooks$/, () => ({ runbooks: [data.runbook] })],
  ['GET', /^\/runbooks\//, () => data.runbook],
  ['GET', /^\/ledger$/, () => ({ rows: ledger, whole: true })],
  ['GET', /^\/dev\/counts$/, () => ({ counts, streams: streams.size })],
]

createServer(async (request, response) => {
  const url = new URL(request.url ?? '/', 'http://localhost')
  if (!url.pathname.startsWith('/api/v1/')) return page(url.pathname, response)
  const path = url.pathname.slice('/api/v1'.length).replace(/^\/projects\/[^/]+(?=\/)/, '')
  counts[path] = (counts[path] ?? 0) + 1
  if (path === '/stream') return stream(response)
  let text = ''
  for await (const chunk of request) text += chunk
  for (const [method, pattern, answer] of routes) {
    const match = pattern.exec(path)
    if (!match || method !== request.method) continue
    const body = answer(match, url.searchParams, text ? JSON.parse(text) : {})
    const isText = typeof body === 'string'
    response.writeHead(200, { 'content-type': isText ? 'text/plain; charset=utf-8' : 'application/json' })
    return response.end(isText ? body : JSON.stringify(body))
  }
  const error = {
    code: 'NOT_FOUND',
    message: `nothing answers ${request.method} ${path}`,
    hint: 'Add it to dev/server.ts.',
    facts: {},
    requestId: 'dev',
  }
  return response.writeHead(404, { 'content-type': 'application/json' }).end(JSON.stringify({ error }))
}).listen(port, '127.0.0.1', () => console.log(`http://127.0.0.1:${port}`))

function stream(response: ServerResponse): void {
  response.writeHead(200, { 'content-type': 'text/event-stream', 'cache-control': 'no-store' })
  response.write(`event: hello\ndata: ${JSON.stringify({ at: new Date().toISOString(), lastId })}\n\n`)
  streams.add(response)
  response.on('close', () => streams.delete(response))
}

function page(path: string, response: ServerResponse): void {
  const file = join(dist, extname(path) ? path : 'index.html')
  if (!existsSync(file)) return void response.writeHead(404).end()
  const type = types[extname(file)] ?? 'text/html; charset=utf-8'
  response.writeHead(200, { 'content-type': type, 'content-security-policy': policy }).end(readFileSync(file))
}
