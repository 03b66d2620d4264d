import { type ConfigInput, local, parseConfig } from '@gantry/config'
import type { MetricsStore, Project, RunFact } from '@gantry/core'
import { githubRun } from '@gantry/ingest'
import Fastify, { type FastifyInstance } from 'fastify'
import { serializerCompiler, validatorCompiler } from 'fastify-type-provider-zod'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { ProjectContext } from '../../project/open-project.ts'
import { installErrors } from '../errors.ts'
import { apiOf } from '../route.ts'
import { badgeRoute, metricsRoutes } from './metrics.ts'

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

async function started() {
  project = {
    title: '',
    archivedAt: null,
    name: 'shop',
    number: 1,
    config: null,
    configSha: null,
    createdAt: now.toISOString(),
  }
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
  await app.ready()
}
beforeEach(started)
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

/** As a webhook of GitHub tells it. */
function ran(told: object): void {
  const fact = githubRun(told)
  if (fact) metrics.whole.push(fact)
}

describe('figures', () => {
  it('are those of the days asked for', async () => {
    ran(workflowRun)
    const old = { ...workflowRun, id: 8, created_at: '2026-10-01T11:00:00Z', updated_at: '2026-10-01T11:05:00Z' }
    ran(old)
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
    ran(workflowRun)
    const branch = {
      ...workflowRun,
      id: 9,
      head_branch: 'fix',
      conclusion: 'success',
      updated_at: '2026-11-23T11:30:00Z',
    }
    ran(branch)
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
