import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { gunzipSync, gzipSync } from 'node:zlib'
import type { FoundKey } from '@gantry/core'
import { afterAll, beforeAll, expect, test } from 'vitest'
import type { Access } from '../../access/access.ts'
import { createApp } from '../app.ts'
import { apiOf } from '../route.ts'
import { pageSdkRoutes } from './page-sdk.ts'

const [known, ofServer, unknown] = ['a'.repeat(32), 'b'.repeat(32), 'c'.repeat(32)]
const nothing = '(()=>{"use strict";load(null)})()'
const stands = { isRevoked: false }
let dir = ''
let app: Awaited<ReturnType<typeof createApp>>
beforeAll(async () => {
  dir = await mkdtemp(join(tmpdir(), 'gantry-page-sdk-'))
  const names = { publicUrl: 'https://gantry.example', host: '127.0.0.1', hosts: [] }
  const access = { callerOf: async () => null } satisfies Partial<Access> as unknown as Access
  app = await createApp({ access, logLevel: 'silent', names })
  const find = async (key: string) => {
    const kind = key === known ? 'client' : key === ofServer ? 'server' : null
    return kind === null || stands.isRevoked ? null : ({ kind, projectNumber: 7 } as FoundKey)
  }
  pageSdkRoutes(apiOf(app), { dist: dir, ingestKeys: { find }, url: () => 'https://gantry.example/</script>' })
})
afterAll(async () => {
  await app.close()
  await rm(dir, { recursive: true })
})
const get = (url: string, headers: Record<string, string> = {}) => app.inject({ url, headers })

test('a server without built pages has no script; with them, it has', async () => {
  expect((await get(`/js-sdk-loader/${known}.min.js`)).statusCode).toBe(404)
  await mkdir(join(dir, 'assets'))
  await writeFile(join(dir, 'assets/page-loader-x_1.js'), 'load(__GANTRY_LOADER__)')
  await writeFile(join(dir, 'assets/sentry-browser-x-1.js'), 'sdk()')
  await writeFile(join(dir, 'assets/sentry-browser-x-1.js.gz'), gzipSync('sdk()'))
  expect((await get(`/js-sdk-loader/${known}.min.js`)).statusCode).toBe(200)
})

test.each([`/js-sdk-loader/${known}.min.js`, `/js-sdk-loader/${known}.js`, `/${known}.min.js`])(
  'a page of elsewhere that names %s is told its project and where the SDK is',
  async url => {
    const { body, headers } = await get(url, { host: 'gantry.inside' })
    const settings = { key: known, project: 7, url: 'https://gantry.example/\\u003c/script>' }
    expect(body).toContain(JSON.stringify(settings).replaceAll('\\\\', '\\').slice(0, -1))
    expect(headers).toMatchObject({
      ...{ 'content-type': 'text/javascript; charset=utf-8', 'access-control-allow-origin': '*' },
      ...{ 'cross-origin-resource-policy': 'cross-origin' },
      'cache-control': 'public, max-age=300, stale-while-revalidate=3600',
    })
    const again = await get(url, { 'if-none-match': `W/"x", ${headers.etag}` })
    expect([again.statusCode, again.body]).toEqual([304, ''])
  },
)

test('a key that is revoked, unknown or of a server gets a script that does nothing', async () => {
  for (const key of [ofServer, unknown]) expect((await get(`/js-sdk-loader/${key}.min.js`)).body).toBe(nothing)
  const before = (await get(`/${known}.min.js`)).headers.etag
  stands.isRevoked = true
  const revoked = await get(`/${known}.min.js`, { 'if-none-match': String(before) })
  expect([revoked.statusCode, revoked.body]).toEqual([200, nothing])
  stands.isRevoked = false
})

test('the SDK is kept by browsers for good, packed as they take it', async () => {
  const url = '/js-sdk-loader/sdk/sentry-browser-x-1.js'
  const plain = await get(url)
  expect([plain.body, plain.headers['content-encoding']]).toEqual(['sdk()', undefined])
  expect(plain.headers['cache-control']).toBe('public, max-age=31536000, immutable')
  const packed = await get(url, { 'accept-encoding': 'gzip, br' })
  expect(packed.headers).toMatchObject({ 'content-encoding': 'gzip', vary: 'accept-encoding' })
  expect(gunzipSync(packed.rawPayload).toString()).toBe('sdk()')
})

test.each(['/js-sdk-loader/sdk/page-loader-x_1.js', '/js-sdk-loader/x.min.js', `/${known}.map`, `/${known}0.min.js`])(
  'nothing is at %s',
  async url => {
    expect((await get(url)).statusCode).toBe(404)
  },
)
