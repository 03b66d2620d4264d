import { type ErrorEvent, groupEvent } from '@gantry/core'
import type { ActedIssue } from '@gantry/core/api'
import { type Database, storeOn } from '@gantry/store'
import { embeddedDatabase } from '@gantry/store/testing'
import Fastify from 'fastify'
import { serializerCompiler, validatorCompiler } from 'fastify-type-provider-zod'
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import { installErrors } from '../errors.ts'
import { apiOf } from '../route.ts'
import { issueActRoutes } from './issue-acts.ts'

const now = '2026-11-28T10:00:00.000Z'
const app = Fastify()
let database: Database
const noted: { subject: string; evidence?: Record<string, unknown> }[] = []
const told: string[] = []

const event = (number: number): ErrorEvent => ({
  ...{ id: number.toString(16).padStart(32, '0'), project: 'shop', environment: 'production', release: 'r1' },
  ...{ service: 'web', level: 'error', platform: 'node', at: now, receivedAt: now, fingerprint: [`f${number}`] },
  ...{ message: `Broken ${number}`, transaction: null, url: null, user: null, traceId: null, tags: {} },
  ...{ breadcrumbs: [], sdk: null, exceptions: [] },
})

beforeAll(async () => {
  database = await embeddedDatabase()
  const store = storeOn(database)
  await store.issues.record(
    [1, 2, 3].map(number => {
      const grouped = groupEvent(event(number), [])
      return { event: event(number), ...grouped, keyHash: `k${number}`.padEnd(64, '0'), formerKey: null }
    }),
  )
  app.setValidatorCompiler(validatorCompiler)
  app.setSerializerCompiler(serializerCompiler)
  installErrors(app as never)
  app.addHook('onRequest', async request => void Object.assign(request, { caller: { kind: 'program', name: 'Ana' } }))
  const record = async (act: (typeof noted)[number]) => void noted.push(act)
  const live = { tell: ({ key }: { key: string }) => void told.push(key) }
  const context = { store, stored: { name: 'shop' }, now: () => new Date(now), record, live }
  issueActRoutes(apiOf(app as never).ofProject, (() => context) as never)
})
beforeEach(() => {
  noted.length = 0
  told.length = 0
})
afterAll(async () => {
  await app.close()
  await database.close()
})

const asked = async <T>(path: string, body: object): Promise<T> =>
  (await app.inject({ method: 'POST', url: `/api/v1/projects/shop/issues/${path}`, payload: body })).json()

test('an act answers what it is undone by, and what is so already answers none and is noted nowhere', async () => {
  const muted = await asked<ActedIssue>('1/mute', {})
  expect(muted).toMatchObject({ state: 'muted', act: expect.any(String) })
  expect(noted).toMatchObject([{ subject: 'issue 1', evidence: { state: 'muted' } }])
  expect(await asked('1/mute', {})).toMatchObject({ state: 'muted', act: null })
  expect(await asked('1/merge', { issues: [1] })).toMatchObject({ act: null })
  expect([noted.length, told]).toEqual([1, ['1']])
  expect(await asked(`1/acts/${muted.act}/undo`, {})).toMatchObject({ state: 'open' })
  const merged = await asked<ActedIssue>('1/merge', { issues: [2, 3] })
  expect(await asked(`1/acts/${merged.act}/undo`, {})).toMatchObject({ parts: 1 })
})

test('an act on many issues is one row of the ledger, and is taken back as a whole', async () => {
  await asked('2/archive', {})
  const { issues } = await asked<{ issues: ActedIssue[] }>('acts', { act: 'archive', issues: [3, 2, 1] })
  expect(issues.map(({ number, act }) => [number, act === null])).toEqual([
    [3, false],
    [2, true],
    [1, false],
  ])
  expect(noted.slice(1)).toMatchObject([{ subject: '2 issues', evidence: { issues: [3, 1], state: 'archived' } }])
  await asked('3/reopen', {})
  const undone = await asked('acts/undo', { acts: issues.flatMap(({ act }) => act ?? []) })
  expect(undone).toMatchObject({ issues: [{ number: 1, state: 'open' }], changedSince: [3] })
  expect(await asked('acts', { act: 'archive', issues: [1, 99] })).toMatchObject({ error: { code: 'NOT_FOUND' } })
})
