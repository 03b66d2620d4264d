import { existsSync } from 'node:fs'
import { connect } from 'node:net'
import { join } from 'node:path'
import type { ProjectView, ServerView } from '@gantry/core/api'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { api, ask, code, get, plane, restart, server, startPlane, stopPlane } from '../testing/control-plane.ts'

/** One server that keeps several. */
beforeAll(startPlane)
afterAll(stopPlane)

const listed = async (query = '') =>
  (await get<{ projects: ProjectView[] }>(`/api/v1/projects${query}`)).projects.map(({ name }) => name)
const add = (body: unknown) => ask<ProjectView>('POST', '/api/v1/projects', body)

test('lines come by syslog where the environment says, and who asks sees the port', async () => {
  expect(await get('/healthz')).toEqual({ status: 'ok', syslog: 'listening' })
  const { servers } = await get<{ servers: ServerView[] }>('/api/v1/servers')
  const [port] = servers[0]?.syslog ?? []
  expect(port).toMatchObject({ project: 'tiny', service: 'web', taken: 0 })
  connect(Number(new URL(port?.address ?? '').port), '127.0.0.1').end('<11>Nov 27 10:00:00 h nginx[7]: by syslog\n')
  const lines = async () => (await get<{ lines: object[] }>(`${api}/logs?q=%22by+syslog%22`)).lines
  await expect.poll(lines).toMatchObject([{ service: 'web', level: 'error', message: 'by syslog' }])
})

test('a project is added while the server runs: a repository to push to, and a ledger that begins with it', async () => {
  const { status, body } = await add({ name: 'shop', title: 'The shop' })
  expect([status, body]).toMatchObject([201, { name: 'shop', title: 'The shop', environments: [], openIncidents: 0 }])
  expect(existsSync(join(body.gitRemote, 'hooks/pre-receive'))).toBe(true)
  expect(await listed()).toEqual(['tiny', 'shop'])
  const { rows } = await get<{ rows: { action: string; seq: number }[] }>('/api/v1/projects/shop/ledger')
  expect(rows).toMatchObject([{ seq: 1, action: 'project.added' }])
  expect(code(await add({ name: 'shop' }))).toBe('CONFLICT')
  for (const name of ['Shop', '1st', 'a/b', '..', 'a'.repeat(40), ''])
    expect(code(await add({ name }))).toBe('BAD_REQUEST')
})

test('what people push to one is none of the other, and a project nobody made names those there are', async () => {
  expect(await get('/api/v1/projects/shop/runs')).toMatchObject({ runs: [], total: 0 })
  const unknown = await ask<{ error: { message: string } }>('GET', '/api/v1/projects/shpo/runs')
  expect([unknown.status, code(unknown), unknown.body.error.message]).toEqual([
    404,
    'PROJECT_UNKNOWN',
    'no project shpo; there is tiny, shop',
  ])
  const stranger = await ask('GET', '/api/v1/projects/shop/runs', undefined, { cookie: '' })
  expect([stranger.status, JSON.stringify(stranger.body)]).toEqual([401, expect.not.stringContaining('shop,')])
})

test('it is called otherwise and keeps its addresses; the ledger says what it was called', async () => {
  const renamed = await ask('POST', '/api/v1/projects/shop/rename', { title: 'Shop of Ana' })
  expect(renamed.body).toMatchObject({ name: 'shop', title: 'Shop of Ana' })
  expect(await get('/api/v1/projects/shop/ledger')).toMatchObject({
    rows: [{ action: 'project.renamed', evidence: { before: 'The shop', title: 'Shop of Ana' } }, {}],
    whole: true,
  })
})

test('one that is archived answers nobody, also after a restart, and comes back with all it had', async () => {
  const archived = await ask<ProjectView>('POST', '/api/v1/projects/shop/archive', { reason: 'it was sold' })
  expect(archived.body.archivedAt).not.toBeNull()
  expect(code(await ask('GET', '/api/v1/projects/shop/line'))).toBe('PROJECT_UNKNOWN')
  expect(code(await add({ name: 'shop' }))).toBe('CONFLICT')
  await server().stop()
  await restart()
  expect([await listed(), await listed('?archived=true')]).toEqual([['tiny'], ['tiny', 'shop']])
  expect((await ask('POST', '/api/v1/projects/shop/restore', {})).body).toMatchObject({ title: 'Shop of Ana' })
  expect(code(await ask('POST', '/api/v1/projects/shop/restore', {}))).toBe('CONFLICT')
  expect(await listed()).toEqual(['tiny', 'shop'])
  const { rows } = await get<{ rows: { action: string }[] }>('/api/v1/projects/shop/ledger')
  expect(rows.map(({ action }) => action.replace('project.', ''))).toEqual(['restored', 'archived', 'renamed', 'added'])
})

test('the project that each start makes cannot be archived', async () => {
  expect(code(await ask('POST', `${api}/archive`, { reason: 'no' }))).toBe('CONFLICT')
  expect(plane.home).not.toBe('')
})
