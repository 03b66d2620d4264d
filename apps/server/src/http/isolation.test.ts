import { createHash } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Deployment, Incident, LineStore, Promotion, Release, RunState, Store } from '@gantry/core'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { api, ask, code, get, plane, startPlane, stopPlane } from '../testing/control-plane.ts'
import { describeAccess } from './openapi.ts'

/** Two projects on one server; `tiny` has one of everything, marked, and everything is asked of `other`. */
const mark = 'of-tiny'
const id = `id-${mark}`
const at = new Date().toISOString()
const jobToken = 'gantry_a-token-of-a-job-of-tiny'
const sha = 'a'.repeat(40)
const digest = `sha256:${'b'.repeat(64)}`

async function seed(store: Store, lines: LineStore): Promise<void> {
  const of = { project: 'tiny', environment: 'production' }
  await store.projects.ensure({ name: 'tiny', createdAt: at })
  const run = {
    ...{ id, number: 1, workflowPath: '.github/workflows/ci.yml', workflowName: mark, event: 'push', inputs: {} },
    ...{ ref: 'refs/heads/main', sha, actor: mark, title: mark, status: 'completed', conclusion: 'success' },
    ...{ createdAt: at, attempt: 1, eventPayload: {}, jobs: [] },
  }
  await store.runs.save('tiny', run as unknown as RunState)
  await store.runs.appendLog('tiny', id, id, [{ seq: 1, step: 1, at, text: mark }])
  const release = { id: sha, project: 'tiny', sha, title: mark, author: mark, createdAt: at, runId: id }
  await store.releases.add({ ...release, artifacts: [], migrations: [], badBecause: null } as Release)
  const deployment = {
    ...{ ...of, id, release: sha, formerRelease: null, kind: 'deploy', state: 'failed', steps: [], requestedBy: mark },
    ...{
      reason: mark,
      runId: id,
      createdAt: at,
      liveAt: null,
      finishedAt: at,
      failure: mark,
      verdict: null,
      version: 1,
    },
  }
  await store.deployments.add(deployment as unknown as Deployment)
  const promotion = {
    ...{ ...of, id, release: sha, state: 'waiting', runId: id, jobId: id, title: mark, gates: [], approvals: [] },
    ...{ approvalsNeeded: 1, fromEnvironment: 'staging', createdAt: at, decidedAt: null, version: 1, reason: null },
    expiresAt: '2099-01-01T00:00:00.000Z',
  }
  await store.promotions.add(promotion as unknown as Promotion)
  const incident = {
    ...{ ...of, number: await store.incidents.nextNumber('tiny'), key: mark, title: mark, state: 'open', version: 1 },
    ...{
      severity: 'critical',
      openedAt: at,
      ticked: [],
      acknowledgedAt: null,
      acknowledgedBy: null,
      resolvedAt: null,
      resolvedBy: null,
      service: null,
      release: null,
      runbook: null,
      signs: [],
    },
  }
  const entry = { at, kind: 'note' as const, actor: mark, text: mark, link: null }
  await store.incidents.apply({ incident: incident as unknown as Incident, entries: [entry], notices: [] })
  await lines.append([
    { ...of, release: sha, service: mark, at, level: 'info', message: mark, trace: null, fields: {} },
  ])
  await store.variables.save({ ...of, name: 'OF_TINY', value: mark, updatedAt: at, updatedBy: mark })
  await store.ledger.append({
    ...{ project: 'tiny', at, actor: mark, action: 'release.created', subject: mark, reason: mark, evidence: {} },
  })
  await store.access.addToken({
    ...{ id: 'job', hash: createHash('sha256').update(jobToken).digest('hex'), name: 'a job', project: 'tiny' },
    ...{
      scopes: [],
      createdBy: null,
      lastUsedAt: null,
      createdAt: at,
      expiresAt: new Date(Date.now() + 3_600_000).toISOString(),
    },
    job: { runId: id, environment: 'production', scopes: ['run', 'release', 'deploy', 'rollback'] },
  })
}

beforeAll(async () => {
  plane.before = seed
  await startPlane()
  expect((await ask('POST', '/api/v1/projects', { name: 'other' })).status).toBe(201)
}, 240_000)
afterAll(stopPlane)

const values: Record<string, string> = { number: '1', environment: 'production', sha, digest, job: id }
const pathOf = (url: string) =>
  url.replace(/:(\w+)/g, (_, name: string) => (name === 'project' ? 'other' : (values[name] ?? id)))
/** Every route of a project that somebody signs in for, with whatever names things of `tiny`. */
const routes = async () =>
  (await describeAccess())
    .filter(({ url, access }) => url.startsWith('/api/v1/projects/:project/') && access.kind === 'act')
    .flatMap(({ method, url }) => [
      { method, path: pathOf(url) },
      ...(url.includes('/releases/:id') ? [{ method, path: pathOf(url).replace(id, sha) }] : []),
    ])

test('what is asked of another project shows nothing of this one, whatever is named', async () => {
  expect(JSON.stringify(await get(`${api}/runs`))).toContain(mark)
  const shown: string[] = []
  const asked = (await routes()).filter(({ method }) => method === 'GET')
  for (const { path } of asked) {
    const { status, body } = await ask('GET', path)
    // The answer may repeat what was asked for.
    const text = JSON.stringify(body).replaceAll(id, '').replaceAll(sha, '')
    if (text.includes(mark) || status >= 500) shown.push(`${path}: ${status} ${text.slice(0, 200)}`)
  }
  expect(shown).toEqual([])
  expect(asked.length).toBeGreaterThan(25)
})

test('what is done by way of another project changes nothing of this one', async () => {
  const seen = () =>
    Promise.all(['/ledger', `/runs/${id}`, '/incidents/1', '/promotions', '/variables'].map(one => get(api + one)))
  const before = await seen()
  for (const { method, path } of await routes()) {
    if (method !== 'POST' || /\/(archive|sample|restore)/.test(path)) continue
    for (const body of [{}, { reason: 'x', version: 1 }, { reason: 'x' }, { text: 'x' }, { step: 0, done: true }]) {
      const { status } = await ask(method, path, body)
      expect([path, status]).not.toEqual([path, 500])
    }
  }
  expect(await seen()).toEqual(before)
})

test('the token of a job of this project opens nothing of another', async () => {
  const job = { cookie: '', authorization: `Bearer ${jobToken}` }
  expect((await ask('GET', `${api}/runs/${id}`, undefined, job)).status).toBe(200)
  for (const { method, path } of await routes()) {
    if (method === 'HEAD' || method === 'PUT') continue
    const body = method === 'GET' ? undefined : { environment: 'production', release: sha, sha, reason: 'x' }
    const { status } = await ask(method, path, body, job)
    expect([method, path, status < 400 ? status : 'refused']).toEqual([method, path, 'refused'])
  }
  expect(await get('/api/v1/me')).toMatchObject({ projects: ['tiny', 'other'] })
  expect((await ask('GET', '/api/v1/me', undefined, job)).body).toMatchObject({ projects: ['tiny'] })
  expect((await ask('GET', '/api/v1/projects', undefined, job)).body).toEqual({ projects: [] })
})

test("neither the key of one repository's hooks nor a key of its clients works for another", async () => {
  const { token } = JSON.parse(readFileSync(join(plane.home, 'projects/tiny/hook.json'), 'utf8'))
  const push = { phase: 'pre-receive', actor: 'Kim', updates: [] }
  const bearer = { authorization: `Bearer ${token}` }
  expect((await ask('POST', `${api}/hooks/git`, push, bearer)).status).toBe(200)
  expect(code(await ask('POST', '/api/v1/projects/other/hooks/git', push, bearer))).toBe('UNAUTHENTICATED')
  const { dsn } = await get<{ dsn: string }>(`${api}/line`)
  const { username, host } = new URL(dsn)
  const sent = (number: number) =>
    fetch(`http://${host}/api/${number}/envelope/?sentry_key=${username}`, { method: 'POST', body: '{}\n' })
  expect((await sent(1)).status).toBe(200)
  expect((await sent(2)).status).toBe(403)
})
