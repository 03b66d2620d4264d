import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { brotliCompressSync, brotliDecompressSync, gunzipSync, gzipSync } from 'node:zlib'
import { GantryError } from '@gantry/core'
import { afterAll, beforeAll, expect, test } from 'vitest'
import type { Access } from '../access/access.ts'
import { personCaller } from '../access/caller.ts'
import { may } from '../access/route-access.ts'
import { createApp } from './app.ts'
import { dashboardRoutes } from './dashboard.ts'
import { apiOf } from './route.ts'

let dir = ''
const big = 'go();'.repeat(1_000)
beforeAll(async () => {
  dir = await mkdtemp(join(tmpdir(), 'gantry-dist-'))
  await mkdir(join(dir, 'assets'))
  await writeFile(join(dir, 'index.html'), '<div id="root">')
  await writeFile(join(dir, 'assets/app-1.js'), 'go()')
  await writeFile(join(dir, 'icon.svg'), '<svg/>')
  await writeFile(join(dir, 'assets/big-1.js'), big)
  await writeFile(join(dir, 'assets/big-1.js.br'), brotliCompressSync(big))
  await writeFile(join(dir, 'assets/big-1.js.gz'), gzipSync(big))
})
afterAll(() => rm(dir, { recursive: true, force: true }))

const ana = personCaller({ id: 'ana', name: 'Ana', email: null, isServerOwner: true }, 's', null)
const access = {
  callerOf: async secret => (secret === 'ana' ? ana : null),
} satisfies Partial<Access> as unknown as Access

async function serving(dist = dir) {
  const app = await createApp({ access, logLevel: 'silent', names: { publicUrl: null, host: '127.0.0.1', hosts: [] } })
  const api = apiOf(app)
  const says = { access: may('look'), schema: {} }
  api.get('/api/v1/broken', says, () => {
    throw new Error('the secret of the house')
  })
  api.get('/api/v1/refused', says, () => {
    throw new GantryError('CONFLICT', 'it moved on', { at: 3 })
  })
  api.post('/api/v1/change', says, () => ({ done: true }))
  // Routes with a body of their own kind are added in a scope, which is opened while the pages are read.
  void app.register(async scope => {
    apiOf(scope).put('/api/v1/late', says, () => ({ done: true }))
  })
  await dashboardRoutes(app, dist)
  return app
}

test('what fails unexpectedly is named a bug, and says nothing of what it was', async () => {
  const app = await serving()
  const answer = await app.inject({ url: '/api/v1/broken', cookies: { gantry_session: 'ana' } })
  expect(answer.statusCode).toBe(500)
  expect(answer.json()).toMatchObject({ error: { code: 'INTERNAL', requestId: expect.any(String) } })
  expect(answer.body).not.toContain('secret')
  const refused = await app.inject({ url: '/api/v1/refused', cookies: { gantry_session: 'ana' } })
  expect([refused.statusCode, refused.json().error]).toMatchObject([409, { code: 'CONFLICT', facts: { at: 3 } }])
  await app.close()
})

test('a route that is added while the pages are read keeps its word about who may call it', async () => {
  const app = await serving()
  expect((await app.inject({ method: 'PUT', url: '/api/v1/late' })).statusCode).toBe(401)
  await app.close()
})

test('every page address is the dashboard; a missing asset and a missing API path are not', async () => {
  const app = await serving()
  for (const url of ['/', '/releases/abc?tab=1', '/runs']) {
    const page = await app.inject({ url })
    expect([url, page.statusCode, page.body]).toEqual([url, 200, '<div id="root">'])
    expect(page.headers).toMatchObject({ 'cache-control': 'no-cache', 'x-content-type-options': 'nosniff' })
    expect(page.headers['content-security-policy']).toContain("default-src 'self'")
  }
  const asset = await app.inject({ url: '/assets/app-1.js' })
  expect([asset.body, asset.headers['cache-control']]).toEqual(['go()', 'public, max-age=31536000, immutable'])
  expect((await app.inject({ url: '/icon.svg' })).headers['cache-control']).toBe('no-cache')
  for (const url of ['/assets/app-0.js', '/old.css', '/assets/none'])
    expect([url, (await app.inject({ url })).json().error.code]).toEqual([url, 'NOT_FOUND'])
  const api = await app.inject({ url: '/api/v1/none', cookies: { gantry_session: 'ana' } })
  expect([api.statusCode, api.json().error.message]).toEqual([404, 'nothing answers GET /api/v1/none'])
  expect((await app.inject({ method: 'POST', url: '/runs' })).statusCode).toBe(404)
  await app.close()
})

test('without a built dashboard the API answers all the same', async () => {
  const app = await serving(join(dir, 'nowhere'))
  expect((await app.inject({ url: '/' })).json().error.code).toBe('NOT_FOUND')
  await app.close()
})

test.each([
  [{ 'sec-fetch-site': 'same-origin' }, 200],
  [{ 'sec-fetch-site': 'none' }, 200],
  [{}, 200],
  [{ 'sec-fetch-site': 'same-site' }, 403],
  [{ 'sec-fetch-site': 'cross-site' }, 403],
  [{ 'content-type': 'application/x-www-form-urlencoded' }, 403],
  [{ 'content-type': 'text/plain' }, 403],
])('a change by cookie with %j is answered with %i', async (headers, status) => {
  const app = await serving()
  const answer = await app.inject({
    method: 'POST',
    url: '/api/v1/change',
    cookies: { gantry_session: 'ana' },
    headers: { 'content-type': 'application/json', ...headers },
    payload: '{}',
  })
  expect(answer.statusCode).toBe(status)
  await app.close()
})

test('a cookie nobody knows is a stranger', async () => {
  const app = await serving()
  const answer = await app.inject({ url: '/api/v1/refused', cookies: { gantry_session: 'eve' } })
  expect([answer.statusCode, answer.json().error.code]).toEqual([401, 'UNAUTHENTICATED'])
  await app.close()
})

test('what the build packed is sent packed to whoever takes it, and each packing has its own ETag', async () => {
  const app = await serving()
  const asked = (encoding?: string, tag?: string) =>
    app.inject({
      url: '/assets/big-1.js',
      headers: { ...(encoding && { 'accept-encoding': encoding }), ...(tag && { 'if-none-match': tag }) },
    })
  const [brotli, gzip, plain] = [await asked('gzip, deflate, br, zstd'), await asked('gzip'), await asked()]
  expect(brotliDecompressSync(brotli.rawPayload).toString()).toBe(big)
  expect(gunzipSync(gzip.rawPayload).toString()).toBe(big)
  expect(plain.body).toBe(big)
  expect([brotli, gzip, plain].map(({ headers }) => headers['content-encoding'])).toEqual(['br', 'gzip', undefined])
  for (const { headers } of [brotli, gzip, plain])
    expect(headers).toMatchObject({
      vary: 'accept-encoding',
      'content-type': expect.stringContaining('javascript'),
      'cache-control': 'public, max-age=31536000, immutable',
    })
  const tags = [brotli, gzip, plain].map(({ headers }) => String(headers['etag']))
  expect(new Set(tags).size).toBe(3)
  expect((await asked('br', tags[0])).statusCode).toBe(304)
  expect((await asked('br', tags[2])).statusCode).toBe(200)
  // A packing is not an address of its own, and what was not packed is sent as it is.
  expect((await app.inject({ url: '/assets/big-1.js.br' })).statusCode).toBe(404)
  const small = await app.inject({ url: '/assets/app-1.js', headers: { 'accept-encoding': 'br' } })
  expect([small.body, small.headers['content-encoding']]).toEqual(['go()', undefined])
  await app.close()
})
