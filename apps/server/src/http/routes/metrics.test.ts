import { createHmac } from 'node:crypto'
import { type ConfigInput, local, parseConfig } from '@gantry/config'
import type { MetricsStore, Project, RunFact } from '@gantry/core'
import Fastify, { type FastifyInstance } from 'fastify'
import { serializerCompiler, validatorCompiler } from 'fastify-type-provider-zod'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { ProjectContext } from '../../project/open-project.ts'
import { installErrors } from '../errors.ts'
import { apiOf } from '../route.ts'
import { githubWebhookRoute } from './github-webhook.ts'
import { badgeRoute, metricsRoutes } from './metrics.ts'

const secret = 'hook-secret'
const now = new Date('2026-11-23T12:00:00Z')

function memory(): MetricsStore & { whole: RunFact[]; jobs: RunFact[] } {
  const whole: RunFact[] = []
  const jobs: RunFact[] = []
  return {
    whole,
    jobs,
    record: async (_project, facts) => void whole.push(...facts),
    addJobs: async (_project, partial) => void jobs.push(partial),
    since: async (_project, at) => whole.filter(({ completedAt }) => completedAt >= at),
  }
}

let app: FastifyInstance
let project: Project
let metrics: ReturnType<typeof memory>

async function started(hookSecret: string | undefined) {
  project = { name: 'shop', number: 1, config: null, configSha: null, createdAt: now.toISOString() }
  app = Fastify() as unknown as FastifyInstance
  app.setValidatorCompiler(validatorCompiler)
  app.setSerializerCompiler(serializerCompiler)
  installErrors(app)
  metrics = memory()
  const context = {
    ...{ stored: project, store: { metrics }, project: { current: async () => project }, now: () => now },
    watch: { factsChanged: () => {} },
  } as unknown as ProjectContext
  const contextOf = () => context
  metricsRoutes(apiOf(app).ofProject, contextOf)
  badgeRoute(apiOf(app), { find: name => (name === 'shop' ? context : null) })
  githubWebhookRoute(apiOf(app), { contextOf, secret: hookSecret })
  await app.ready()
}
beforeEach(() => started(secret))
afterEach(() => app.close())

const config = (anomalies?: ConfigInput['anomalies']) =>
  parseConfig({
    ...{ project: 'shop', environments: { production: { on: 'main' } } },
    services: { web: { path: '.', deploy: local({ kind: 'node', entry: 'a.js' }) } },
    ...(anomalies ? { anomalies } : {}),
  })

function ranFor(seconds: number, index: number): RunFact {
  const at = (second: number) => new Date(now.getTime() - 3_600_000 + index * 60_000 + second * 1000).toISOString()
  const [startedAt, completedAt] = [at(0), at(seconds)]
  const said = { conclusion: 'success' as const, queuedAt: startedAt, startedAt, completedAt, attempt: 1 }
  const run = { source: 'github' as const, id: String(index), attempt: 1, workflow: 'ci.yml', event: 'push' }
  const where = { sha: 'abc', branch: 'main', conclusion: 'success' as const, createdAt: startedAt, completedAt }
  return { ...run, ...where, jobs: [{ name: 'test', runner: 'local', ...said }] }
}

const workflowRun = {
  id: 7,
  name: 'ci',
  path: '.github/workflows/ci.yml',
  event: 'push',
  run_attempt: 1,
  head_branch: 'main',
  head_sha: 'abc',
  status: 'completed',
  conclusion: 'failure',
  created_at: '2026-11-23T11:00:00Z',
  updated_at: '2026-11-23T11:05:00Z',
}

function deliver(event: string, body: string | Buffer, signature?: string) {
  const signed = `sha256=${createHmac('sha256', secret).update(body).digest('hex')}`
  const headers = {
    'x-github-event': event,
    'x-hub-signature-256': signature ?? signed,
    'content-type': 'application/json',
  }
  return app.inject({ method: 'POST', url: '/webhooks/github/shop', headers, payload: body })
}

describe('a webhook of GitHub', () => {
  it('records a run that ended', async () => {
    const answer = await deliver('workflow_run', JSON.stringify({ action: 'completed', workflow_run: workflowRun }))
    expect([answer.statusCode, answer.json()]).toEqual([202, { recorded: true }])
    expect(metrics.whole).toMatchObject([{ id: '7', workflow: 'ci.yml', conclusion: 'failure' }])
  })

  it('records a job apart from its run', async () => {
    const job = {
      ...{ run_id: 7, name: 'test', head_sha: 'abc', labels: ['ubuntu-latest'], status: 'completed' },
      ...{ conclusion: 'success', created_at: '2026-11-23T11:00:00Z', started_at: '2026-11-23T11:01:00Z' },
      completed_at: '2026-11-23T11:02:00Z',
    }
    await deliver('workflow_job', JSON.stringify({ action: 'completed', workflow_job: job }))
    expect(metrics.jobs).toMatchObject([{ id: '7', jobs: [{ name: 'test', queuedAt: '2026-11-23T11:00:00.000Z' }] }])
  })

  it.each(['ping', 'push', 'workflow_dispatch'])('takes %s and leaves it out', async event => {
    const answer = await deliver(event, 'not even JSON')
    expect([answer.statusCode, answer.json()]).toEqual([202, { recorded: false }])
  })

  it('leaves a run out that goes on', async () => {
    const going = { ...workflowRun, status: 'in_progress', conclusion: null }
    expect((await deliver('workflow_run', JSON.stringify({ workflow_run: going }))).json()).toEqual({ recorded: false })
  })

  it('is refused before it is parsed when it is not signed so', async () => {
    const answer = await deliver('workflow_run', '{broken', `sha256=${'0'.repeat(64)}`)
    expect([answer.statusCode, answer.json().error.code]).toEqual([401, 'WEBHOOK_SIGNATURE_WRONG'])
    const unsigned = await app.inject({ method: 'POST', url: '/webhooks/github/shop', payload: '{}' })
    expect(unsigned.statusCode).toBe(401)
  })

  it.each(['{broken', '[]', '{"workflow_run":{"id":"x"}}', '{}'])('that is signed and is %s says so', async body => {
    const answer = await deliver('workflow_run', body)
    expect([answer.statusCode, answer.json().error.code]).toEqual([400, 'BAD_REQUEST'])
    expect(metrics.whole).toEqual([])
  })

  it('is refused when it is too large', async () => {
    const answer = await deliver('workflow_run', Buffer.alloc(26 * 1024 * 1024, 32))
    expect(answer.statusCode).toBe(413)
  })

  it('is refused as long as no secret is set', async () => {
    await app.close()
    await started(undefined)
    const answer = await deliver('workflow_run', '{}')
    expect([answer.statusCode, answer.json().error.code]).toEqual([503, 'WEBHOOK_NOT_SET_UP'])
  })
})

describe('figures', () => {
  it('are those of the days asked for', async () => {
    await deliver('workflow_run', JSON.stringify({ workflow_run: workflowRun }))
    const old = { ...workflowRun, id: 8, created_at: '2026-10-01T11:00:00Z', updated_at: '2026-10-01T11:05:00Z' }
    await deliver('workflow_run', JSON.stringify({ workflow_run: old }))
    const answer = await app.inject('/api/v1/projects/shop/metrics?days=7')
    expect(answer.json()).toMatchObject({ budgetMs: 600_000, workflows: [{ name: 'ci.yml', count: 1, failed: 1 }] })
  })

  it('are held against the limits of the config, which has none when it is of an older Gantry', async () => {
    await metrics.record(
      'shop',
      [30, 30, 30, 30, 30, 30, 30, 30, 40].map((seconds, index) => ranFor(seconds, index)),
    )
    const asked = async (search = '') => (await app.inject(`/api/v1/projects/shop/metrics?days=7${search}`)).json()
    const figures = (overBudget: number, anomaly: string | null) => ({ workflows: [{ overBudget, anomaly }] })
    expect(await asked()).toMatchObject({ budgetMs: 600_000, ...figures(0, null) })
    const { anomalies: _, ...older } = config()
    project = { ...project, config: JSON.parse(JSON.stringify(older)) }
    expect(await asked()).toMatchObject({ budgetMs: 600_000, ...figures(0, null) })
    project = { ...project, config: config({ least: '5s', budget: '35s' }) }
    expect(await asked()).toMatchObject({ budgetMs: 35_000, ...figures(1, 'took 40 s, usually 30 s') })
    expect(await asked('&budgetMs=41000')).toMatchObject({ budgetMs: 41_000, ...figures(0, 'took 40 s, usually 30 s') })
  })

  it.each(['days=0', 'days=x', 'budgetMs=1'])('asked with %s are refused', async search => {
    expect((await app.inject(`/api/v1/projects/shop/metrics?${search}`)).statusCode).toBe(400)
  })
})

describe('a badge', () => {
  it('says how the newest run on main ended', async () => {
    await deliver('workflow_run', JSON.stringify({ workflow_run: workflowRun }))
    const branch = {
      ...workflowRun,
      id: 9,
      head_branch: 'fix',
      conclusion: 'success',
      updated_at: '2026-11-23T11:30:00Z',
    }
    await deliver('workflow_run', JSON.stringify({ workflow_run: branch }))
    const answer = await app.inject('/badge/shop/ci.svg')
    expect(answer.headers['content-type']).toContain('image/svg+xml')
    expect(answer.body).toContain('ci: failing')
    expect((await app.inject('/badge/shop/ci.yml.svg')).body).toContain('ci.yml: failing')
  })

  it.each(['/badge/shop/e2e.svg', '/badge/other/ci.svg'])('%s has no status', async url => {
    expect((await app.inject(url)).body).toContain('no status')
  })

  it('has no room for markup', async () => {
    expect((await app.inject('/badge/shop/%3Cscript%3E.svg')).body).not.toContain('<script')
  })
})
