import { createHmac } from 'node:crypto'
import { local, pagerduty, parseConfig, slack } from '@gantry/config'
import type { Deployment, Store } from '@gantry/core'
import type { CiMetrics } from '@gantry/core/api'
import { afterAll, beforeAll, expect, test } from 'vitest'
import {
  get,
  inStore,
  pages,
  plane,
  restart,
  server,
  slacked,
  startPlane,
  stopPlane,
  until,
  webhookSecret,
} from '../testing/control-plane.ts'

const sha = 'a'.repeat(40)

const config = parseConfig({
  project: 'tiny',
  services: { web: { path: '.', deploy: local({ kind: 'node', entry: 'server.mjs' }) } },
  environments: { staging: { on: 'main' }, production: { from: 'staging' } },
  routes: [{ severity: 'critical', to: [pagerduty()] }, { to: [pagerduty({ name: 'all' }), slack('#dev')] }],
})

plane.before = async ({ projects, deployments }) => {
  await projects.ensure({ name: 'tiny', createdAt: at(0) })
  await projects.saveConfig('tiny', config, '')
  for (const id of [1, 2]) await deployments.add(deployment(id, 'failed'))
}
beforeAll(startPlane)
afterAll(stopPlane)

async function whileStopped(change: (store: Store) => Promise<void>): Promise<void> {
  await server().stop()
  await inStore(change)
  await restart()
}

const begin = Date.now() - 86_400_000
const at = (second: number) => new Date(begin + second * 1_000).toISOString()
let next = 0

async function deliver(event: string, payload: object): Promise<void> {
  const body = JSON.stringify({ action: 'completed', ...payload })
  const answer = await fetch(`${server().url}/webhooks/github/tiny`, {
    method: 'POST',
    body,
    headers: {
      'content-type': 'application/json',
      'x-github-event': event,
      'x-hub-signature-256': `sha256=${createHmac('sha256', webhookSecret).update(body).digest('hex')}`,
    },
  })
  expect([answer.status, await answer.json()]).toEqual([202, { recorded: true }])
}

/** What GitHub tells of one run with one job: the job first. */
async function run(lengthSeconds: number, { workflow = 'ci.yml', conclusion = 'success', waited = 2 } = {}) {
  const id = ++next
  const start = id * 2_000
  const one = { head_sha: sha, head_branch: 'main', status: 'completed', conclusion, created_at: at(start) }
  const ended = at(start + waited + lengthSeconds)
  await deliver('workflow_job', {
    workflow_job: {
      ...one,
      run_id: id,
      name: 'test',
      labels: ['x'],
      started_at: at(start + waited),
      completed_at: ended,
    },
  })
  await deliver('workflow_run', {
    workflow_run: {
      ...one,
      id,
      name: 'ci',
      path: `.github/workflows/${workflow}`,
      event: 'push',
      run_attempt: 1,
      updated_at: ended,
    },
  })
}

const told = (count: number) =>
  until(
    async () => slacked,
    ({ length }) => length >= count,
    `${count} notices`,
  )

/** Long enough for one more judgement and one more look of the pager. */
async function nothingMore(count: number): Promise<void> {
  await new Promise(done => setTimeout(done, 700))
  expect(slacked).toHaveLength(count)
}

const deployment = (id: number, state: Deployment['state']): Deployment => ({
  ...{ id: `d${id}`, project: 'tiny', environment: 'production', release: sha, formerRelease: null, kind: 'deploy' },
  ...{ state, steps: [], requestedBy: 'Ana', reason: null, runId: null, createdAt: at(id), liveAt: null },
  ...{ finishedAt: at(id + 1), failure: 'web.health: no answer', verdict: null, version: 1 },
})

test('deployments that fail in a row are told once, and that one went well', async () => {
  expect((await told(1))[0]).toContain(
    '*tiny production: alert firing*\nthe last 2 deployments to production failed: web.health: no answer\n',
  )
  await whileStopped(async ({ deployments }) => {
    await deployments.add(deployment(3, 'failed'))
    await deployments.add(deployment(4, 'superseded'))
  })
  expect((await told(2))[1]).toContain('Over: the last 2 deployments to production failed')
  await nothingMore(2)
  expect(pages).toEqual([])
})

test('a run far longer than usual is told once, also after a restart, and once that it is over', async () => {
  slacked.length = 0
  for (let i = 0; i < 9; i++) await run(60 + (i % 3))
  await run(180)
  expect((await told(1))[0]).toContain(
    '*tiny CI: alert firing*\nci.yml on GitHub: took 3 min 00 s, usually 1 min 01 s\n',
  )
  expect(slacked[0]).toContain('/runs/metrics|Open>')
  await run(185)
  await server().stop()
  await restart()
  await run(190)
  await nothingMore(1)
  await run(61)
  expect((await told(2))[1]).toContain(
    ':white_check_mark: *tiny CI: alert resolved*\nOver: ci.yml on GitHub: took 3 min',
  )
  await nothingMore(2)
  const { workflows } = await get<CiMetrics>('/api/v1/projects/tiny/metrics?days=2')
  expect(workflows.find(({ source }) => source === 'github')?.count).toBe(13)
})

test('a run over its budget, one that waited, and failures of another workflow are told apart, and page nobody', async () => {
  slacked.length = 0
  for (let i = 0; i < 20; i++) await run(30, { workflow: 'e2e.yml' })
  await run(30, { workflow: 'e2e.yml', waited: 300 })
  await run(700, { workflow: 'nightly.yml' })
  for (let i = 0; i < 4; i++) await run(30, { workflow: 'e2e.yml', conclusion: 'failure' })
  const texts = (await told(4)).map(text => text.split('\n')[1]).sort()
  expect(texts).toEqual([
    'Over: e2e.yml on GitHub: waited 5 min 00 s, usually 2 s',
    expect.stringMatching(/^e2e\.yml on GitHub: \d of the last 10 failed, usually 0 %$/),
    'e2e.yml on GitHub: waited 5 min 00 s, usually 2 s',
    'nightly.yml on GitHub: took 11 min 40 s, its budget is 10 min 00 s',
  ])
  expect(pages).toEqual([])
})
