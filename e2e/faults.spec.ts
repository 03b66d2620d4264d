import { randomBytes } from 'node:crypto'
import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import type { Deployment, IncidentView, Issue, Line } from '@gantry/core/api'
import { layOutDatabase } from '@gantry/store/testing'
import { expect, test } from '@playwright/test'
import { liveIn } from '../bench/sample-line.ts'
import { type RunningGantry, startGantry, until } from '../tools/running-gantry.ts'
import { type FaultsProduct, faultsProduct, project } from './faults-product.ts'
import { type Receiver, startReceiver } from './receiver.ts'

test.describe.configure({ mode: 'serial' })
test.setTimeout(480_000)

let home = ''
let gantry: RunningGantry
let receiver: Receiver
let product: FaultsProduct
const env = () => ({
  GANTRY_SAMPLE: 'off',
  GANTRY_PROJECT: project,
  SLACK_WEBHOOK_URL: `${receiver.url}/slack`,
  PAGERDUTY_URL: `${receiver.url}/pagerduty`,
  PAGERDUTY_ROUTING_KEY: 'f'.repeat(32),
})

test.beforeAll(async () => {
  home = await mkdtemp(join(tmpdir(), 'gantry-faults-'))
  await layOutDatabase(join(home, 'database'))
  receiver = await startReceiver()
  gantry = await startGantry({ home, env: env() })
  product = await faultsProduct(gantry)
  await liveIn(gantry, 'staging', await product.push(), project)
})
test.afterAll(async () => {
  await gantry.stop()
  await receiver.stop()
  await product.remove()
  await rm(home, { recursive: true, force: true, maxRetries: 5 })
})

/** As if the power of this one process was cut; then the same folder again, on the same port. */
async function killAndRestart(): Promise<void> {
  await gantry.stop('SIGKILL')
  gantry = await startGantry({ home, port: gantry.port, env: env() })
}

const productionDeployments = async () =>
  (await gantry.api<{ deployments: Deployment[] }>('GET', '/api/v1/projects/tiny/deployments?environment=production'))
    .deployments

/** Address of the backend there, once it answers. */
async function answering(environment: string): Promise<string> {
  const address = async () => {
    const urls = await gantry
      .api<Record<string, string>>('GET', `/api/v1/projects/tiny/environments/${environment}/urls`)
      .catch(() => null)
    const url = urls?.['BACKEND_URL']
    return url &&
      (await fetch(`${url}/healthz`).then(
        answer => answer.ok,
        () => false,
      ))
      ? url
      : ''
  }
  return until(address, url => url !== '', 180_000, `the backend of ${environment}`)
}

test('killed right after an approval: it is not lost, and production goes live once', async () => {
  const ready = await until(
    async () => (await gantry.api<Line>('GET', '/api/v1/projects/tiny/line')).promotions[0],
    found => found?.state === 'ready',
    240_000,
    'a promotion that is ready',
  )
  await gantry.api('POST', `/api/v1/projects/tiny/promotions/${ready?.id}/approve`, { reason: 'before the fall' })
  await killAndRestart()
  await liveIn(gantry, 'production', undefined, project)
  const live = (await productionDeployments()).filter(({ state }) => state === 'live')
  expect(live).toHaveLength(1)
})

test('killed during a deployment: the next start goes on or undoes it, and the services answer', async () => {
  const sha = await product.push()
  await until(
    async () =>
      (
        await gantry.api<{ deployments: Deployment[] }>(
          'GET',
          '/api/v1/projects/tiny/deployments?environment=staging&limit=1',
        )
      ).deployments[0],
    deployment => deployment?.release === sha && deployment.state === 'deploying',
    240_000,
    'the deployment under way',
  )
  await killAndRestart()
  await liveIn(gantry, 'staging', sha, project)
  await answering('staging')
  const { deployments } = await gantry.api<{ deployments: Deployment[] }>(
    'GET',
    '/api/v1/projects/tiny/deployments?environment=staging',
  )
  expect(deployments.filter(({ state }) => state === 'live')).toHaveLength(1)
  expect(deployments.filter(({ release, liveAt }) => release === sha && liveAt !== null)).toHaveLength(1)
})

test('killed in a burst of events: every event that was acknowledged is there, once', async () => {
  const { dsn } = await gantry.api<Line>('GET', '/api/v1/projects/tiny/line')
  const { username, host, pathname } = new URL(dsn)
  const url = `http://${host}/api${pathname}/envelope/?sentry_key=${username}&sentry_version=7`
  const acknowledged: string[] = []
  let isOn = true
  const send = async () => {
    while (isOn) {
      const id = randomBytes(16).toString('hex')
      const event = { event_id: id, exception: { values: [{ type: 'Burst', value: 'all at once' }] } }
      const answer = await fetch(url, { method: 'POST', body: `{}\n{"type":"event"}\n${JSON.stringify(event)}` }).catch(
        () => null,
      )
      if (answer?.ok) acknowledged.push(id)
    }
  }
  const senders = Promise.all(Array.from({ length: 8 }, send))
  await sleep(1_500)
  await gantry.stop('SIGKILL')
  isOn = false
  await senders
  expect(acknowledged.length).toBeGreaterThan(50)
  gantry = await startGantry({ home, port: gantry.port, env: env() })
  const { issues } = await gantry.api<{ issues: Issue[] }>('GET', '/api/v1/projects/tiny/issues?query=Burst')
  const stored = new Set<string>()
  for (let offset = 0; offset < (issues[0]?.events ?? 0); offset += 100) {
    const page = await gantry.api<{ events: { id: string }[] }>(
      'GET',
      `/api/v1/projects/tiny/issues/${issues[0]?.number}/events?limit=100&offset=${offset}`,
    )
    for (const { id } of page.events) stored.add(id)
  }
  expect(acknowledged.filter(id => !stored.has(id))).toEqual([])
  expect(issues[0]?.events).toBe(stored.size)
})

test('killed while a page is on its way: it arrives, joined by its key, and the incident says so', async () => {
  await liveIn(gantry, 'production', undefined, project)
  const backend = await answering('production')
  const status = await gantry.api<Line>('GET', '/api/v1/projects/tiny/line')
  expect(status.incidents).toEqual([])
  const { dsn } = status
  const { username, host, pathname } = new URL(dsn)
  for (let request = 0; request < 60; request++) await fetch(`${backend}/`)
  const release = (await productionDeployments())[0]?.release
  const envelope = (id: string) => {
    const event = {
      event_id: id,
      release,
      environment: 'production',
      tags: { service: 'backend' },
      exception: { values: [{ type: 'Flood', value: 'too many' }] },
    }
    return `{}\n{"type":"event"}\n${JSON.stringify(event)}`
  }
  for (let event = 0; event < 60; event++) {
    await fetch(`http://${host}/api${pathname}/envelope/?sentry_key=${username}`, {
      method: 'POST',
      body: envelope(randomBytes(16).toString('hex')),
    })
  }
  const opened = await until(
    async () => (await gantry.api<Line>('GET', '/api/v1/projects/tiny/line')).incidents[0],
    found => found !== undefined,
    120_000,
    'an incident',
  )
  await killAndRestart()
  const view = await until(
    () => gantry.api<IncidentView>('GET', `/api/v1/projects/tiny/incidents/${opened?.number}`),
    ({ notices }) => notices.length > 0 && notices.every(({ state }) => state === 'sent'),
    180_000,
    'every notice sent',
  )
  const triggers = (
    (await (await fetch(`${receiver.url}/received`)).json()) as {
      body: { event_action?: string; dedup_key?: string }
    }[]
  ).filter((one: { body: { event_action?: string } }) => one.body.event_action === 'trigger')
  expect(new Set(triggers.map(one => one.body.dedup_key)).size).toBe(1)
  expect(view.entries.some(({ kind }) => kind === 'paged')).toBe(true)
})

test('a stop ends every process it started', async () => {
  await gantry.stop()
  const { execFileSync } = await import('node:child_process')
  const processes = execFileSync('ps', ['-eo', 'pid,args']).toString()
  expect(processes.split('\n').filter(text => text.includes(home))).toEqual([])
  expect(await readFile(join(home, 'secret'))).toHaveLength(32)
})

test('the next start brings everything back', async () => {
  gantry = await startGantry({ home, port: gantry.port, env: env() })
  await answering('production')
  await answering('staging')
})
