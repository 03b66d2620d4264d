import { createWriteStream, readFileSync } from 'node:fs'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pipeline } from 'node:stream/promises'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { ZipFile } from 'yazl'
import { openBundle } from './open-bundle.ts'
import { readManifest, readMapIn } from './read-manifest.ts'

/** As sentry-cli 3.8 uploaded it. */
const real = new URL('../testing/bundle/sentry-cli-3.zip', import.meta.url).pathname
let dir = ''
let made = 0
beforeAll(async () => {
  dir = await mkdtemp(join(tmpdir(), 'gantry-bundle-'))
})
afterAll(() => rm(dir, { recursive: true }))

async function zipped(files: Record<string, string | Buffer>): Promise<string> {
  const zip = new ZipFile()
  for (const [name, content] of Object.entries(files)) zip.addBuffer(Buffer.from(content), name)
  zip.end()
  const file = join(dir, `${made++}.zip`)
  await pipeline(zip.outputStream, createWriteStream(file))
  return file
}
const bundled = (files: object, more: Record<string, string> = {}) =>
  zipped({ 'manifest.json': JSON.stringify({ files }), ...more })
const source = (url: string, headers: object = {}) => ({ type: 'minified_source', url, headers })
const map = (url: string, headers: object = {}) => ({ type: 'source_map', url, headers })

test('finds release, dist, and the map of each built file with its debug id, in what sentry-cli packs', async () => {
  const { maps, ...said } = await readManifest(real)
  expect(said).toEqual({ release: 'shop@1', dist: 'd' })
  expect(maps).toEqual([
    { entry: 'files/_/_/assets/a.js.map', url: '~/assets/a.js', debugId: '1f2d7de3dcfe5c108d4a40eb159f4202' },
  ])
  expect(JSON.parse(await readMapIn(real, 'files/_/_/assets/a.js.map')).sources).toEqual(['../../src/a.ts'])
})

test.each([
  ['beside it', '~/a/b.js', 'b.js.map', '~/a/b.js.map'],
  ['in another folder', '~/a/b.js', '../maps/./b.map', '~/maps/b.map'],
  ['from the root of its origin', 'https://x.example/a/b.js', '/maps/b.map', 'https://x.example/maps/b.map'],
  ['from the root of any origin', '~/a/b.js', '/maps/b.map', '~/maps/b.map'],
  ['at an address of its own', '~/a/b.js', 'https://maps.example/b.map', 'https://maps.example/b.map'],
  ['of an app', 'app:///_next/b.js', 'b.js.map', 'app:///_next/b.js.map'],
])('a built file names its map %s', async (_, url, reference, mapUrl) => {
  const file = await bundled({ s: source(url, { Sourcemap: reference }), m: map(mapUrl) }, { s: '', m: '{}' })
  expect((await readManifest(file)).maps).toEqual([{ entry: 'm', url, debugId: null }])
})

test('a map that no file names is of the file it is called after; odd ids are none', async () => {
  const file = await bundled(
    {
      m: map('~/x.js.map', { 'debug-id': 'odd' }),
      n: map('~/y.js.map', { 'DEBUG-ID': `${'a'.repeat(32)}` }),
      s: source('~/z.js'),
    },
    { m: '{}', n: '{}', s: '' },
  )
  expect((await readManifest(file)).maps).toEqual([
    { entry: 'm', url: '~/x.js', debugId: null },
    { entry: 'n', url: '~/y.js', debugId: 'a'.repeat(32) },
  ])
})

test.each<[string, () => Promise<string>, RegExp]>([
  ['is no archive', () => plain('hello'), /cannot be read/],
  ['is cut short', async () => plain(readFileSync(real).subarray(0, 700)), /cannot be read/],
  ['has no manifest', () => zipped({ x: '' }), /says that it has manifest.json, and has not/],
  ['has a manifest that is no JSON', () => zipped({ 'manifest.json': '{' }), /its manifest.json is none/],
  ['has a manifest of another shape', () => zipped({ 'manifest.json': '{"files":[1]}' }), /its manifest.json is none/],
  [
    'names a file that leads out of it',
    () => bundled({ '../../etc/passwd': map('~/a.js.map') }),
    /passwd, and has not/,
  ],
])('refuses a bundle that %s', async (_, make, why) => {
  const file = await make()
  await expect(readManifest(file)).rejects.toMatchObject({
    code: 'SOURCE_BUNDLE_REFUSED',
    message: expect.stringMatching(why),
  })
})

test('does not unfold more than was asked for: a bomb costs nothing', async () => {
  const file = await zipped({ bomb: Buffer.alloc(3_000_000) })
  const bundle = await openBundle(file)
  await expect(bundle.read('bomb', 2_000_000)).rejects.toMatchObject({
    message: 'bomb has 3000000 bytes, at most 2000000 are read',
  })
  expect(await bundle.read('bomb', 3_000_000)).toHaveLength(3_000_000)
  bundle.close()
})

test('does not believe a bomb that says it is small', async () => {
  const bytes = readFileSync(await zipped({ bomb: Buffer.alloc(3_000_000) }))
  // The length as it stands in the directory, which readers believe.
  const at = bytes.indexOf(Buffer.from([0x50, 0x4b, 1, 2]))
  bytes.writeUInt32LE(10, at + 24)
  const bundle = await openBundle(await plain(bytes))
  await expect(bundle.read('bomb', 100)).rejects.toMatchObject({ code: 'SOURCE_BUNDLE_REFUSED' })
  bundle.close()
})

async function plain(content: string | Buffer): Promise<string> {
  const file = join(dir, `${made++}.zip`)
  await writeFile(file, content)
  return file
}
