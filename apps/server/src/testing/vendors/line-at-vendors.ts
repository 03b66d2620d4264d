import { createHmac } from 'node:crypto'
import type { Deployment, Promotion, RunSummary } from '@gantry/core/api'
import { expect } from 'vitest'
import {
  api,
  ask,
  get,
  isLive,
  line,
  plane,
  product,
  readyPromotion,
  server,
  startPlane,
  stopPlane,
  until,
} from '../control-plane.ts'
import { type NearbyVendors, openNearbyVendors } from './nearby-vendors.ts'
import { type Code, environmentNames, everywhere, sampleAtVendors } from './sample-at-vendors.ts'

/** Jobs take what they take, and on a machine that does other things as well they take longer. */
export const patienceMs = 1_800_000

/** The line of the sample at vendors: a real server, its runner, and jobs that deploy to stand-ins. */
export async function openLine(code: Code): Promise<{ vendors: NearbyVendors; close(): Promise<void> }> {
  const vendors = await openNearbyVendors(everywhere)
  const drainSecret = 'of the drain'
  const env = { ...vendors.env, VERCEL_DRAIN_SECRET: drainSecret }
  Object.assign(plane, { env, databaseUrl: await vendors.createDatabase('own') })
  await startPlane()
  vendors.onVisited(record => void drained(record, drainSecret).catch(() => undefined))
  const { dsn } = (await ask<{ dsn: string }>('POST', `${api}/ingest-keys`, {})).body
  for (const environment of environmentNames) {
    const secrets = {
      ...{ VERCEL_TOKEN: vendors.vercel.token, FLY_API_TOKEN: vendors.fly.token, SENTRY_DSN: dsn },
      DATABASE_URL: await vendors.createDatabase('vendor'),
    }
    for (const [name, value] of Object.entries(secrets))
      expect((await ask('POST', `${api}/secrets`, { name, value, environment })).status).toBeLessThan(300)
  }
  plane.product = await sampleAtVendors(`${plane.home}/projects/tiny/repository.git`, { hosts: vendors.hosts, code })
  return {
    vendors,
    async close() {
      await stopPlane()
      await vendors.close()
    },
  }
}

/** A log drain of Vercel, which goes on without the server: what nobody took is lost there as well. */
async function drained(record: object, secret: string): Promise<void> {
  const body = JSON.stringify([record])
  const headers = {
    'content-type': 'application/json',
    'x-vercel-signature': createHmac('sha1', secret).update(body).digest('hex'),
  }
  await fetch(`${server().url}/webhooks/vercel/tiny`, { method: 'POST', headers, body })
}

const services = ['backend', 'runtime', 'builder', 'marketing'] as const

/** What people meet, asked as they ask: each service says its release. */
export async function served({ hosts }: NearbyVendors, environment: string): Promise<string[]> {
  const said = services.map(async name => {
    const path = name === 'backend' || name === 'runtime' ? '/healthz' : '/env.js'
    const answer = await fetch(`https://${hosts[`sitebuilder-${name}-${environment}`]}${path}`)
    return /"(?:SENTRY_RELEASE|release)":"([0-9a-f]{40})"/.exec(await answer.text())?.[1] ?? `${name}: ${answer.status}`
  })
  return Promise.all(said)
}
export const all = (release: string) => services.map(() => release)

/** Steps of these kinds in the order in which they came to their end. */
export const inOrder = (deployment: Deployment | undefined, status: string, kinds: readonly string[]) =>
  (deployment?.steps ?? [])
    .filter(step => step.status === status && kinds.includes(step.kind))
    .toSorted((a, b) => (a.finishedAt ?? '').localeCompare(b.finishedAt ?? ''))
    .map(({ id }) => id)
export const switches = ['switch', 'promote', 'roll-back'] as const

export const newest = async () =>
  (await get<{ deployments: Deployment[] }>(`${api}/deployments?limit=1`)).deployments[0]
export const isOver = (row: Deployment | undefined) => row !== undefined && ['live', 'failed'].includes(row.state)
export const ended = (release: string) =>
  until(newest, row => row?.release === release && isOver(row), `the end of ${release}`, patienceMs)

/** Commits, has it checked, and pushes it to main. */
export async function toMain(name: string): Promise<string> {
  const sha = await product().commit(name)
  await product().push(`HEAD:refs/heads/${name}`)
  const checks = async () => (await get<{ runs: RunSummary[] }>(`${api}/runs?workflow=ci.yml&sha=${sha}`)).runs[0]
  const checked = await until(checks, run => run?.status === 'completed', `the checks of ${name}`, patienceMs)
  expect(checked?.conclusion, checked?.failedAt ?? '').toBe('success')
  const said = await product().push('HEAD:main')
  expect(said).toContain('deploy.yml #')
  // A config that could not be read leaves jobs without a say in any environment.
  expect(said).not.toContain('CONFIG_')
  return sha
}

export async function toStaging(name: string): Promise<string> {
  const sha = await toMain(name)
  expect((await ended(sha))?.failure).toBeNull()
  return sha
}

const deployOf = async (sha: string) =>
  (await get<{ runs: RunSummary[] }>(`${api}/runs?workflow=deploy.yml&sha=${sha}`)).runs[0]

export async function toProduction(sha: string): Promise<void> {
  const { run } = await until(
    async () => ({
      run: await deployOf(sha),
      isOffered: (await line()).promotions.some(({ release }) => release === sha),
    }),
    ({ run: each, isOffered }) => isOffered || each?.status === 'completed',
    'a promotion to be offered',
    patienceMs,
  )
  // What fails on staging is offered to nobody: then nothing is waited for.
  expect(run?.failedAt ?? null).toBeNull()
  const promotion = await readyPromotion(sha)
  const said = { reason: 'the journeys went well', version: promotion?.version }
  const { body } = await ask<Promotion>('POST', `${api}/promotions/${promotion?.id}/approve`, said)
  expect(body).toMatchObject({ state: 'approved' })
  await until(line, isLive('production', sha), `${sha} in production`, patienceMs)
}

/** No job of a deployment goes on. One that waits for people does not count. */
export const jobsAreOver = () =>
  until(
    async () => (await get<{ runs: RunSummary[] }>(`${api}/runs?limit=6`)).runs,
    runs =>
      runs.every(
        ({ status, workflowPath }) => status !== 'in_progress' && (status !== 'queued' || !/roll/.test(workflowPath)),
      ),
    'the end of the jobs',
    patienceMs,
  )
