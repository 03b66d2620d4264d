import { once } from 'node:events'
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { createLog } from '@sitebuilder/service'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { createApi } from './api.ts'
import { memorySites } from './memory-sites.ts'
import { BODY_MAX_BYTES } from './read-json.ts'
import type { SiteStore } from './site-store.ts'

const bakery = { slug: 'bakery', name: 'Bakery', title: 'Fresh bread', body: 'Every day from seven.' }

let sites: SiteStore
let server: Server
let reported: { error: unknown; route: string }[]
let lines: Record<string, unknown>[]

beforeEach(async () => {
  sites = memorySites()
  reported = []
  lines = []
  const log = createLog({ service: 'backend', write: line => lines.push(JSON.parse(line)) })
  const report = (error: unknown, route: string) => void reported.push({ error, route })
  server = createServer(createApi({ sites, log, report, release: 'r1' })).listen(0, '127.0.0.1')
  await once(server, 'listening')
})

afterEach(() => void server.close())

async function call(method: string, path: string, body?: unknown, type = 'application/json') {
  const { port } = server.address() as AddressInfo
  const payload = typeof body === 'string' ? body : JSON.stringify(body)
  const response = await fetch(`http://127.0.0.1:${port}${path}`, {
    method,
    ...(body !== undefined && { body: payload, headers: { 'content-type': type } }),
  })
  return { status: response.status, release: response.headers.get('x-release'), body: await response.json() }
}

test('a site can be created, listed, edited and published, version by version', async () => {
  expect(await call('POST', '/api/sites', bakery)).toMatchObject({
    status: 201,
    body: { site: { ...bakery, published: null } },
  })
  await call('POST', '/api/sites/bakery/publish')
  expect(await call('PUT', '/api/sites/bakery', { ...bakery, title: 'Warm bread' })).toMatchObject({ status: 200 })
  expect(await call('POST', '/api/sites/bakery/publish')).toMatchObject({
    body: { site: { published: { version: 2 } } },
  })
  expect(await call('GET', '/api/sites')).toMatchObject({ body: { sites: [{ slug: 'bakery', title: 'Warm bread' }] } })
  expect(await call('GET', '/api/sites/bakery')).toMatchObject({ status: 200, release: 'r1' })
})

test('an address is given once', async () => {
  await call('POST', '/api/sites', bakery)
  expect(await call('POST', '/api/sites', { ...bakery, name: 'Other' })).toMatchObject({
    status: 409,
    body: { error: { code: 'slug_taken' } },
  })
})

test('editing cannot move a site to another address', async () => {
  await call('POST', '/api/sites', bakery)
  await call('PUT', '/api/sites/bakery', { ...bakery, slug: 'stolen' })
  expect((await sites.list()).map(site => site.slug)).toEqual(['bakery'])
})

test.each([
  ['a wrong field', JSON.stringify({ ...bakery, slug: 'No' }), 'application/json', 400, 'invalid'],
  ['broken JSON', '{"slug":', 'application/json', 400, 'bad_json'],
  ['a form', 'slug=bakery', 'application/x-www-form-urlencoded', 415, 'not_json'],
  ['too much', ' '.repeat(BODY_MAX_BYTES * 20), 'application/json', 413, 'too_large'],
])('refuses %s with its code, and reports nothing', async (_what, body, type, status, code) => {
  expect(await call('POST', '/api/sites', body, type)).toMatchObject({ status, body: { error: { code } } })
  expect(reported).toEqual([])
})

test.each([
  ['GET', '/api/sites/nobody'],
  ['POST', '/api/sites/nobody/publish'],
  ['DELETE', '/api/sites'],
  ['GET', '/api/sites/'],
  ['GET', '/nowhere'],
])('answers 404 to %s %s', async (method, path) => {
  expect(await call(method, path)).toMatchObject({ status: 404, body: { error: { code: 'not_found' } } })
})

test('reports an error nobody expected with its route, logs it, and tells the sender nothing about it', async () => {
  const broken = new Error('connection to 10.0.0.3 refused')
  sites.find = () => Promise.reject(broken)
  const answer = await call('GET', '/api/sites/bakery')
  expect(answer).toMatchObject({ status: 500, body: { error: { code: 'internal' } } })
  expect(JSON.stringify(answer)).not.toContain('10.0.0.3')
  expect(reported).toEqual([{ error: broken, route: 'GET /api/sites/:slug' }])
  expect(lines).toMatchObject([
    { level: 'error', msg: 'unexpected error', err: { message: broken.message } },
    { level: 'error', msg: 'request', route: 'GET /api/sites/:slug', status: 500 },
  ])
})

test('is healthy only while its database answers', async () => {
  expect(await call('GET', '/healthz')).toMatchObject({ status: 200, body: { status: 'ok', release: 'r1' } })
  sites.ping = () => Promise.reject(new Error('gone'))
  expect(await call('GET', '/healthz')).toMatchObject({ status: 503, body: { status: 'down' } })
  expect(reported).toEqual([])
})
