import { createHash } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { mkdtemp, readdir, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import { folderObjects } from '@gantry/objects'
import { type Database, storeOn } from '@gantry/store'
import { embeddedDatabase } from '@gantry/store/testing'
import Fastify, { type FastifyInstance } from 'fastify'
import { serializerCompiler, validatorCompiler } from 'fastify-type-provider-zod'
import { afterAll, beforeAll, expect, test } from 'vitest'
import type { Caller } from '../../../access/caller.ts'
import type { ProjectContext } from '../../../project/open-project.ts'
import { chunkStore } from '../../../source-bundle/chunk-store.ts'
import { pruneBundles } from '../../../source-bundle/prune-bundles.ts'
import { SourceUploads } from '../../../source-bundle/source-uploads.ts'
import { UploadedMaps } from '../../../source-bundle/uploaded-maps.ts'
import { apiOf } from '../../route.ts'
import { sentryApiRoutes } from './index.ts'

const bundle = readFileSync(
  new URL('../../../../../../packages/ingest/src/testing/bundle/sentry-cli-3.zip', import.meta.url),
)
const debugId = '1f2d7de3dcfe5c108d4a40eb159f4202'
const day = 86_400_000
const stands = { nowMs: Date.now(), came: 0, ids: 0 }
const now = () => new Date(stands.nowMs)
const app = Fastify() as unknown as FastifyInstance
let dir = ''
let database: Database
let maps: UploadedMaps
let context: ProjectContext
let prune: (needed: string[], meanwhile?: () => Promise<unknown>) => Promise<void>

const callers: Record<string, Caller> = {
  good: { kind: 'program', name: 'ci', tokenId: 't', project: 'shop', scopes: ['ingest'] },
  reads: { kind: 'program', name: 'ci', tokenId: 't', project: 'shop', scopes: ['read'] },
  job: {
    ...{ kind: 'job', name: 'build', tokenId: 'j', project: 'shop' },
    job: { project: 'shop', runId: 'r', environment: null, scopes: ['run', 'release'] },
  },
}

beforeAll(async () => {
  dir = await mkdtemp(join(tmpdir(), 'gantry-uploads-'))
  database = await embeddedDatabase()
  const store = storeOn(database)
  const stored = await store.projects.ensure({ name: 'shop', createdAt: now().toISOString() })
  const objects = folderObjects(join(dir, 'objects'))
  const chunks = chunkStore(objects, 'shop', now)
  const own = { project: 'shop', store: store.sourceBundles, objects, dir: join(dir, 'here'), now }
  const onMaps = () => {
    stands.came++
    maps.changed()
  }
  maps = new UploadedMaps({ ...own, log: { warn: () => undefined } })
  const uploads = new SourceUploads({ ...own, chunks, newId: () => `id-${++stands.ids}`, onMaps })
  prune = (needed, meanwhile = async () => null) => {
    const list = async (project: string) => {
      const all = await store.sourceBundles.list(project)
      await meanwhile()
      return all
    }
    const listing = { ...own, store: { ...store.sourceBundles, list } }
    return pruneBundles({ ...listing, chunks, needed: new Set(needed), now: now(), keptForMs: 90 * day })
  }
  context = { stored, store, sources: { chunks, uploads } } as unknown as ProjectContext
  app.setValidatorCompiler(validatorCompiler)
  app.setSerializerCompiler(serializerCompiler)
  app.decorateRequest('caller', null)
  sentryApiRoutes(apiOf(app), {
    access: { callerOf: async secret => callers[secret] ?? null },
    projects: { find: name => (name === 'shop' ? context : null) },
    url: () => 'https://gantry.example',
    now,
  })
  await app.ready()
})
afterAll(async () => {
  await app.close()
  await database.close()
  await rm(dir, { recursive: true })
})

type Method = 'GET' | 'POST' | 'PUT' | 'DELETE'
const org = '/api/0/organizations/acme'
async function call(method: Method, path: string, payload?: object, token = 'good') {
  const headers = { authorization: `Bearer ${token}` }
  const answer = await app.inject({ method, url: path, headers, ...(payload !== undefined && { payload }) })
  return { status: answer.statusCode, body: answer.body === '' ? null : answer.json() }
}
const sha1 = (bytes: Buffer) => createHash('sha1').update(bytes).digest('hex')

function form(files: { name: string; fileName: string; content: Buffer }[]) {
  const parts = files.flatMap(({ name, fileName, content }) => [
    Buffer.from(`--b\r\nContent-Disposition: form-data; name="${name}"; filename="${fileName}"\r\n\r\n`),
    ...[content, Buffer.from('\r\n')],
  ])
  return Buffer.concat([...parts, Buffer.from('--b--\r\n')])
}
async function send(files: Parameters<typeof form>[0]) {
  const headers = { authorization: 'Bearer good', 'content-type': 'multipart/form-data; boundary=b' }
  const answer = await app.inject({ method: 'POST', url: `${org}/chunk-upload/`, headers, payload: form(files) })
  return { status: answer.statusCode, body: answer.json() }
}
const halves = [bundle.subarray(0, 400), bundle.subarray(400)]
const wanted = { checksum: sha1(bundle), chunks: halves.map(sha1), projects: ['shop'] }
const assemble = (more: object = {}) => call('POST', `${org}/artifactbundle/assemble/`, { ...wanted, ...more })
const packed = (content: Buffer) => ({ name: 'file_gzip', fileName: sha1(content), content: gzipSync(content) })

test('a token says what it may do; who has none that hands in is told why, in the words sentry-cli shows', async () => {
  expect((await call('GET', '/api/0/')).body).toMatchObject({ auth: { scopes: ['ingest'] } })
  expect((await call('GET', '/api/0/', undefined, 'job')).status).toBe(200)
  expect(await call('GET', '/api/0/', undefined, 'bad')).toMatchObject({
    ...{ status: 401, body: { detail: expect.stringContaining('expected a token') } },
  })
  const scopeless = await call('GET', '/api/0/', undefined, 'reads')
  expect(scopeless).toMatchObject({ status: 403, body: { detail: expect.stringContaining('scope ingest') } })
  expect(await call('GET', '/api/0/teams/')).toMatchObject({ status: 404, body: { detail: expect.any(String) } })
})

test('a release is named once, and more is said of it by and by', async () => {
  const version = 'shop@1 (2)'
  const one = `${org}/releases/${encodeURIComponent(version)}/`
  expect((await call('POST', `${org}/releases/`, { version, projects: ['shop'] })).status).toBe(201)
  expect((await call('POST', `${org}/releases/`, { version, projects: [] })).status).toBe(208)
  const refs = [{ repository: 'shop', commit: 'b'.repeat(40), previousCommit: 'a'.repeat(40) }]
  expect((await call('PUT', one, { refs })).body).toMatchObject({ ref: 'b'.repeat(40), commitCount: 2 })
  const dateReleased = '2026-11-28T11:00:00.5+01:00'
  expect((await call('PUT', one, { dateReleased })).body.dateReleased).toBe('2026-11-28T10:00:00.500Z')
  expect((await call('POST', `${one}deploys/`, { environment: 'production' })).status).toBe(201)
  expect((await call('GET', `${one}deploys/`)).body).toMatchObject([{ environment: 'production', id: '1' }])
  expect((await call('GET', '/api/0/projects/acme/shop/releases/')).body).toMatchObject([{ version, deployCount: 1 }])
  const commits = [{ id: 'c'.repeat(40), message: 'Fix it', author_name: 'Ana' }]
  expect((await call('PUT', one, { commits })).body.lastCommit).toEqual({ id: 'c'.repeat(40), message: 'Fix it' })
  stands.nowMs += 1_000
  await call('POST', `${org}/releases/`, { version: 'shop@3' })
  expect((await call('GET', `${org}/releases/shop@3/previous-with-commits/`)).body).toMatchObject({ version })
  expect((await call('DELETE', one)).status).toBe(204)
  expect((await call('GET', one)).status).toBe(404)
  expect((await call('POST', `${one}deploys/`, { environment: 'x' })).status).toBe(404)
})

test.each([
  ['POST', `${org}/releases/`, { version: 'x', projects: ['blog'] }, 403],
  ['POST', `${org}/releases/`, { version: '' }, 400],
  ['POST', `${org}/releases/`, { version: 'x'.repeat(251) }, 400],
  ['GET', '/api/0/projects/acme/blog/releases/', undefined, 403],
  ['POST', `${org}/artifactbundle/assemble/`, { ...wanted, projects: ['blog'] }, 403],
  ['POST', `${org}/artifactbundle/assemble/`, { ...wanted, checksum: '../x' }, 400],
  ['POST', `${org}/artifactbundle/assemble/`, { ...wanted, chunks: Array(65).fill(sha1(bundle)) }, 400],
] as const)('%s %s with %j is refused with %i', async (method, path, body, status) => {
  expect(await call(method, path, body)).toMatchObject({ status, body: { detail: expect.any(String) } })
})

test('a bundle is put together of its pieces, once for all who upload it at the same time', async () => {
  const options = (await call('GET', `${org}/chunk-upload/`)).body
  expect(options).toMatchObject({ url: `https://gantry.example${org}/chunk-upload/`, hashAlgorithm: 'sha1' })
  expect((await assemble()).body).toEqual({ state: 'not_found', missingChunks: wanted.chunks, detail: null })
  expect(await send([packed(halves[0] ?? Buffer.alloc(0))])).toMatchObject({ status: 200 })
  expect((await assemble()).body.missingChunks).toEqual([wanted.chunks[1]])
  const last = halves[1] ?? Buffer.alloc(0)
  expect(await send([{ name: 'file', fileName: sha1(last), content: last }])).toMatchObject({ status: 200 })
  const answers = await Promise.all([assemble(), assemble(), assemble({ version: 'shop@2' })])
  expect(answers.map(({ body }) => body.state)).toEqual(['ok', 'ok', 'ok'])
  expect([stands.came, await readdir(join(dir, 'objects/projects/shop/source-bundles'))]).toMatchObject([
    2,
    { length: 2 },
  ])
  expect((await assemble()).body.state).toBe('ok')
  expect(stands.came).toBe(2)
  const listed = await context.store.sourceBundles.list('shop')
  expect(listed.map(({ release, dist, by }) => [release, dist, by]).sort()).toEqual([
    ['shop@1', 'd', 'ci'],
    ['shop@2', 'd', 'ci'],
  ])
  expect(await readdir(join(dir, 'here'))).toEqual([])
})

test('its maps are found by debug id, and by release and name; nobody else is asked again and again', async () => {
  const byId = await maps.finder({ release: null }, new Map([['app:///x.js', debugId]]))
  expect((await byId?.('app:///x.js'))?.map.sources).toEqual(['../../src/a.ts'])
  expect(await byId?.('app:///y.js')).toBeNull()
  const byName = await maps.finder({ release: 'shop@2' }, undefined)
  expect((await byName?.('https://shop.example/assets/a.js?v=1'))?.url).toBe('~/assets/a.js')
  expect(await byName?.('https://shop.example/assets/b.js')).toBeNull()
  expect(await maps.finder({ release: 'shop@9' }, undefined)).toBeNull()
})

test.each<[string, { name: string; fileName: string; content: Buffer }, string]>([
  ['of other bytes than its name says', { ...packed(Buffer.from('a')), fileName: sha1(bundle) }, 'has the checksum'],
  ['that is no gzip', { ...packed(bundle), content: bundle }, 'is no gzip'],
  ['that unfolds to more than a chunk', packed(Buffer.alloc(8 * 1024 * 1024 + 1)), 'is larger than'],
  ['whose name leads elsewhere', { ...packed(bundle), fileName: '../../../evil' }, 'named by its SHA-1'],
])('a chunk %s is refused', async (_, file, why) => {
  expect(await send([file])).toMatchObject({ status: 400, body: { detail: expect.stringContaining(why) } })
})

test('chunks that make another file, or none that is a bundle, are an error that sentry-cli shows', async () => {
  const text = Buffer.from('no bundle')
  await send([packed(text)])
  const said = (checksum: string) => assemble({ checksum, chunks: [sha1(text)] })
  expect((await said('0'.repeat(40))).body).toMatchObject({
    state: 'error',
    detail: expect.stringContaining('checksum'),
  })
  expect((await said(sha1(text))).body).toMatchObject({
    state: 'error',
    detail: expect.stringContaining('cannot be read'),
  })
  expect(await readdir(join(dir, 'here'))).toEqual(expect.not.arrayContaining([expect.stringContaining('.part')]))
})

test('bundles go with their release, when nobody needs it nor read by them; pieces after a day', async () => {
  const left = async () => {
    const objects = (await readdir(join(dir, 'objects'), { recursive: true, withFileTypes: true })).filter(one =>
      one.isFile(),
    )
    return {
      bundles: (await context.store.sourceBundles.list('shop')).map(({ release }) => release).sort(),
      chunks: objects.filter(({ parentPath }) => parentPath.includes('chunks')).length,
      files: objects.filter(({ parentPath }) => parentPath.includes('source-bundles')).length,
    }
  }
  await prune([])
  expect(await left()).toEqual({ bundles: ['shop@1', 'shop@2'], chunks: 3, files: 2 })
  // Files are as old as they are: what the folder says of them is the time of this machine.
  stands.nowMs = Date.now() + 2 * day
  await prune([])
  expect(await left()).toEqual({ bundles: ['shop@1', 'shop@2'], chunks: 0, files: 2 })
  stands.nowMs += 100 * day
  await prune(['shop@2'])
  expect(await left()).toEqual({ bundles: ['shop@2'], chunks: 0, files: 1 })
  // Uploaded again while it is pruned.
  const touch = () =>
    context.store.sourceBundles.touch('shop', { checksum: sha1(bundle), release: 'shop@2' }, now().toISOString())
  await prune([], touch)
  expect(await left()).toEqual({ bundles: ['shop@2'], chunks: 0, files: 1 })
  stands.nowMs += 100 * day
  await prune([])
  expect(await left()).toEqual({ bundles: [], chunks: 0, files: 0 })
})
