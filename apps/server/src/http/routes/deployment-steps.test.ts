import { GantryError } from '@gantry/core'
import type { FastifyInstance } from 'fastify'
import { afterAll, beforeAll, expect, test } from 'vitest'
import type { Access } from '../../access/access.ts'
import type { Caller } from '../../access/caller.ts'
import type { ProjectContext } from '../../project/open-project.ts'
import { createApp } from '../app.ts'
import { apiOf } from '../route.ts'
import { deploymentStepRoutes } from './deployment-steps.ts'

const job = { runId: 'r1', project: 'shop' }
const callers: Record<string, Caller> = {
  'job-of-staging': {
    ...{ kind: 'job', name: 'staging of deploy #1', tokenId: '0123456789', project: 'shop' },
    job: { ...job, environment: 'staging', scopes: ['run', 'release', 'deploy'] },
  },
  'job-that-undoes': {
    ...{ kind: 'job', name: 'rollback of rollback #2', tokenId: '9876543210', project: 'shop' },
    job: { ...job, environment: 'staging', scopes: ['run', 'release', 'rollback'] },
  },
  'job-of-a-branch': {
    ...{ kind: 'job', name: 'check of ci #3', tokenId: 'a', project: 'shop' },
    job: { ...job, environment: null, scopes: ['run', 'release'] },
  },
  'github-undoing': {
    ...{ kind: 'program', name: 'rollback.yml of acme/shop', tokenId: 'jihgfedcba', project: 'shop' },
    scopes: ['read', 'release', 'rollback:staging'],
  },
  github: { kind: 'program', name: 'github', tokenId: 'abcdefghij', project: 'shop', scopes: ['deploy:staging'] },
}

let app: FastifyInstance
const asked: unknown[] = []
const lost = new GantryError('LEASE_LOST', 'job 1 does not carry it out any more')

beforeAll(async () => {
  const access = { callerOf: async (secret: string) => callers[secret] ?? null } as unknown as Access
  app = await createApp({ access, logLevel: 'silent', names: { publicUrl: null, host: '127.0.0.1', hosts: [] } })
  const hear =
    (act: string, answer: unknown) =>
    async (...said: unknown[]) => {
      asked.push([act, ...said])
      return answer
    }
  const orders = {
    attend: hear('attend', { version: 7, ttlMs: 45_000, renewEveryMs: 5_000 }),
    next: hear('next', { kind: 'wait' }),
    renew: hear('renew', { name: null }),
    report: () => Promise.reject(lost),
  }
  const rows: Record<string, object> = { d1: { environment: 'staging' }, d2: { environment: 'production' } }
  const store = { deployments: { get: async (_project: string, id: string) => rows[id] ?? null } }
  const context = { stored: { name: 'shop' }, store, delivery: { orders } } as unknown as ProjectContext
  deploymentStepRoutes(apiOf(app).ofProject, () => context)
})
afterAll(() => app.close())

async function post(as: string, path: string, body: object) {
  const url = `/api/v1/projects/shop/deployments/${path}`
  const answer = await app.inject({ method: 'POST', url, payload: body, headers: { authorization: `Bearer ${as}` } })
  return { status: answer.statusCode, body: answer.json() }
}
const environment = 'staging'

test('a job carries out deployments of its environment, by the lease that it got under its own name', async () => {
  const attended = await post('job-of-staging', 'd1/steps/lease', { environment })
  expect(attended).toEqual({ status: 201, body: { version: 7, ttlMs: 45_000, renewEveryMs: 5_000 } })
  const at = { environment, version: 7 }
  expect(await post('job-of-staging', 'd1/steps/next', at)).toEqual({ status: 200, body: { kind: 'wait' } })
  const progress = { name: 'perform web.ship', text: 'half' }
  expect((await post('job-of-staging', 'd1/steps/renewal', { ...at, progress })).body).toEqual({ name: null })
  const known = { project: 'shop', deployment: 'd1', owner: 'staging of deploy #1 (01234567)' }
  expect(asked.splice(0)).toEqual([
    ['attend', known],
    ['next', { ...known, version: 7 }],
    ['renew', { ...known, version: 7 }, progress],
  ])
})

test('so may the job that undoes, and a token of elsewhere with the scope for that environment', async () => {
  expect((await post('job-that-undoes', 'd1/steps/lease', { environment })).status).toBe(201)
  expect((await post('github', 'd1/steps/lease', { environment })).status).toBe(201)
  expect((await post('github-undoing', 'd1/steps/lease', { environment })).status).toBe(201)
  expect(asked.splice(0)).toHaveLength(3)
})

test('nobody may for another environment, whatever they name', async () => {
  const refused = async (as: string, path: string, named: string) =>
    (await post(as, `${path}/steps/lease`, { environment: named })).body.error.code
  expect(await refused('job-of-staging', 'd2', 'production')).toBe('FORBIDDEN')
  expect(await refused('github', 'd2', 'production')).toBe('FORBIDDEN')
  expect(await refused('github-undoing', 'd2', 'production')).toBe('FORBIDDEN')
  // Its own environment, and a deployment of another one.
  expect(await refused('job-of-staging', 'd2', 'staging')).toBe('NOT_FOUND')
  expect(await refused('job-of-a-branch', 'd1', 'staging')).toBe('FORBIDDEN')
  expect(await refused('nobody', 'd1', 'staging')).toBe('UNAUTHENTICATED')
  expect(asked).toEqual([])
})

test('a job that lost its lease is told so', async () => {
  const outcome = { ok: true, detail: null }
  const late = await post('job-of-staging', 'd1/steps/outcome', {
    environment,
    version: 7,
    name: 'perform web.ship',
    outcome,
  })
  expect(late).toMatchObject({ status: 409, body: { error: { code: 'LEASE_LOST' } } })
})
