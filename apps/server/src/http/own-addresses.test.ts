import type { FastifyInstance } from 'fastify'
import { afterEach, expect, test } from 'vitest'
import type { Access } from '../access/access.ts'
import { personCaller } from '../access/caller.ts'
import { may, openUnderAnyName, provenBy } from '../access/route-access.ts'
import { createApp } from './app.ts'
import { dashboardRoutes } from './dashboard.ts'
import type { Names } from './own-addresses.ts'
import { apiOf } from './route.ts'

let app: FastifyInstance
afterEach(() => app.close())

const access = {
  callerOf: async () => personCaller({ id: 'ana', name: 'Ana', email: null, isServerOwner: true }, 's', null),
} satisfies Partial<Access> as unknown as Access

async function serve(names: Partial<Names> = {}): Promise<void> {
  app = await createApp({
    access,
    logLevel: 'silent',
    names: { publicUrl: null, host: '127.0.0.1', hosts: [], ...names },
  })
  const api = apiOf(app)
  api.get('/api/v1/thing', { access: may('look'), schema: {} }, () => ({}))
  api.post('/api/v1/thing', { access: may('look'), schema: {} }, () => ({}))
  api.get('/healthz', { access: openUnderAnyName('health'), schema: {} }, () => ({}))
  api.post('/events', { access: provenBy('ingest key'), schema: {} }, () => ({}))
  await dashboardRoutes(app, '/nowhere')
}

const cookies = { gantry_session: 's' }
const by = async (host: string, url = '/api/v1/thing') =>
  (await app.inject({ url, cookies, headers: { host } })).statusCode
const change = async (headers: Record<string, string>) =>
  (await app.inject({ method: 'POST', url: '/api/v1/thing', cookies, headers, payload: {} })).statusCode

test.each([
  '127.0.0.1',
  '127.0.0.1:4400',
  '127.8.9.1:1',
  'localhost',
  'LOCALHOST:65535',
  'localhost.:80',
  '[::1]',
  '[::1]:4400',
])('loopback is this server under any port: %s', async host => {
  await serve()
  expect(await by(host)).toBe(200)
})

test.each([
  'evil.example',
  'evil.example:4400',
  '127.0.0.1.evil.example',
  'localhost.evil.example',
  'evil.example@127.0.0.1',
  'evil.example/127.0.0.1',
  '10.0.0.7:4400',
  '0.0.0.0:4400',
  '[::]:4400',
  'gantry.example',
])('no page of another name reaches this server: %s', async host => {
  await serve({ host: '0.0.0.0' })
  for (const url of ['/api/v1/thing', '/', '/runs', '/api/v1/none', '/sign-in?link=x'])
    expect([url, await by(host, url)]).toEqual([url, 421])
})

test('health and what proves itself by a key or a signature answer under any name', async () => {
  await serve()
  expect(await by('10.0.0.7:4400', '/healthz')).toBe(200)
  const event = { method: 'POST', url: '/events', headers: { host: 'errors.internal' }, payload: {} } as const
  expect((await app.inject(event)).statusCode).toBe(200)
})

test('the public address, what the server listens on and the names of the settings are this server', async () => {
  await serve({ publicUrl: 'https://gantry.example', host: 'gantry.internal', hosts: ['api.example', 'proxy:8080'] })
  for (const host of [
    'gantry.example',
    'GANTRY.example:443',
    'gantry.internal:4400',
    'api.example',
    'proxy',
    '127.0.0.1:9',
  ])
    expect([host, await by(host)]).toEqual([host, 200])
  expect(await by('other.example')).toBe(421)
})

test('the number that a connection came in on is this server, and no name can stand for it', async () => {
  await serve({ host: '0.0.0.0' })
  const url = await app.listen({ port: 0, host: '127.0.0.1' })
  expect((await fetch(`${url}/api/v1/thing`, { headers: { cookie: 'gantry_session=s' } })).status).toBe(200)
})

test('what a proxy is said to have forwarded names no host', async () => {
  await serve({ publicUrl: 'https://gantry.example' })
  const headers = { host: 'evil.example', 'x-forwarded-host': 'gantry.example', forwarded: 'host=gantry.example' }
  expect((await app.inject({ url: '/api/v1/thing', cookies, headers })).statusCode).toBe(421)
})

test('a change by cookie comes from a page of this server, and not from another port of this machine', async () => {
  await serve({ publicUrl: 'https://gantry.example', hosts: ['dashboard.example'] })
  const host = '127.0.0.1:4400'
  expect(await change({ host })).toBe(200)
  expect(await change({ host, origin: 'http://127.0.0.1:4400' })).toBe(200)
  // A proxy that puts its own name for the host.
  expect(await change({ host, origin: 'https://gantry.example' })).toBe(200)
  expect(await change({ host: 'gantry.example', origin: 'https://gantry.example' })).toBe(200)
  expect(await change({ host: 'gantry.example', origin: 'https://dashboard.example' })).toBe(200)
  for (const origin of [
    'http://127.0.0.1:3000',
    'http://localhost:4400',
    'http://gantry.example',
    'https://evil.example',
    'null',
    '',
  ])
    expect([origin, await change({ host, origin })]).toEqual([origin, 403])
})

test('every answer tells the browser to do less; answers about somebody are not kept', async () => {
  await serve()
  for (const url of ['/api/v1/thing', '/healthz', '/api/v1/none', '/sign-in']) {
    const { headers } = await app.inject({ url, cookies })
    expect([url, headers]).toMatchObject([
      url,
      {
        'content-security-policy': expect.stringContaining("frame-ancestors 'none'"),
        'x-content-type-options': 'nosniff',
        'x-frame-options': 'DENY',
        'referrer-policy': 'same-origin',
        'cross-origin-opener-policy': 'same-origin',
      },
    ])
  }
  expect((await app.inject({ url: '/api/v1/thing', cookies })).headers['cache-control']).toBe('no-store')
})
