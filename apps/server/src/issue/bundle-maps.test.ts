import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import type { ErrorEvent } from '@gantry/core'
import { artifactStore, packArtifact } from '@gantry/delivery'
import { readMap } from '@gantry/ingest'
import { folderObjects } from '@gantry/objects'
import { afterAll, beforeAll, expect, test } from 'vitest'
import type { FindUploaded } from '../source-bundle/uploaded-maps.ts'
import { bundleMaps } from './bundle-maps.ts'

const bundle = new URL('../../../../packages/ingest/src/testing/bundle/index-BxY12ab3.js.map.json', import.meta.url)
let root = ''
let digest = ''
let asked: string[] = []
const warned: string[] = []
const stands = { now: 0, isKnown: true, uploaded: null as FindUploaded | null }

beforeAll(async () => {
  root = await mkdtemp(join(tmpdir(), 'gantry-bundle-maps-'))
  const files = {
    'index.html': '<script src=/assets/index-BxY12ab3.js></script>',
    'assets/index-BxY12ab3.js': 'minified',
    'assets/index-BxY12ab3.js.map': await readFile(bundle, 'utf8'),
    'assets/odd.js.map': 'no JSON',
    // As Turbopack names them: the file says which map is its own.
    'chunks/0f58.js': `minified\n//# debugId=1\n//# sourceMappingURL=%5Bmap%5D-2t8g.js.map`,
    'chunks/[map]-2t8g.js.map': await readFile(bundle, 'utf8'),
    'chunks/other.js': '//# sourceMappingURL=data:application/json;base64,e30=',
    'chunks/away.js': '//# sourceMappingURL=../../../../etc/x.js.map',
    'chunks/nobodys.js.map': '{}',
    'a/same.js.map': '{}',
    'b/same.js.map': '{}',
  }
  for (const [path, text] of Object.entries(files)) {
    await mkdir(dirname(join(root, 'dist', path)), { recursive: true })
    await writeFile(join(root, 'dist', path), text)
  }
  await using packed = await packArtifact(join(root, 'dist'))
  digest = packed.digest
  await artifacts().put(packed.open(), digest)
})
afterAll(() => rm(root, { recursive: true }))

const artifacts = () => artifactStore(folderObjects(join(root, 'objects')))
const reader = () => {
  asked = []
  return bundleMaps({
    artifacts: artifacts(),
    async builtBy(release, service) {
      asked.push(`${release} ${service}`)
      return stands.isKnown && release === 'r1' && service === 'web'
        ? { digest, root: 'apps/web', built: 'apps/web/dist' }
        : null
    },
    dir: join(root, 'maps'),
    uploaded: { finder: async () => stands.uploaded },
    foldersOf: async service => ({ root: `apps/${service}`, built: `apps/${service}/dist` }),
    now: () => new Date(stands.now),
    log: { warn: (_facts, message) => void warned.push(message) },
  })
}
const event = (file: string, more: Partial<ErrorEvent> = {}) =>
  ({
    ...{ release: 'r1', service: 'web' },
    exceptions: [
      {
        type: 'TypeError',
        value: 'x',
        frames: [{ file, function: 'c', line: 1, column: 74, isInApp: true, context: null }],
      },
    ],
    ...more,
  }) as ErrorEvent
const placeOf = ({ exceptions }: ErrorEvent) => exceptions[0]?.frames[0]?.file

const served = 'https://shop.example/assets/index-BxY12ab3.js'

test.each([
  served,
  'https://shop.example/assets/index-BxY12ab3.js?v=1',
  'https://cdn.example/shop/web/assets/index-BxY12ab3.js',
  'https://cdn.example/elsewhere/index-BxY12ab3.js',
])('a frame of %s is read by the map of its release', async file => {
  expect(placeOf(await reader()(event(file)))).toBe('apps/web/src/price.ts')
})

test('a map of another name is of the file that says so, and nothing but maps is left', async () => {
  const read = reader()
  expect(placeOf(await read(event('app:///_next/chunks/0f58.js')))).toBe('apps/web/src/price.ts')
  for (const file of ['other', 'away', '[map]-2t8g']) {
    const one = event(`app:///_next/chunks/${file}.js`)
    expect(await read(one)).toEqual(one)
  }
  const [folder = '', ...others] = await readdir(join(root, 'maps'))
  expect(others).toEqual([])
  const left = (await readdir(join(root, 'maps', folder, 'chunks'))).toSorted()
  expect(left).toEqual(['0f58.js.map', 'nobodys.js.map'])
})

test('only maps are unpacked, once for all events', async () => {
  const read = reader()
  await Promise.all([event(served), event(served), event(served)].map(one => read(one)))
  expect(asked).toEqual(['r1 web'])
  const [folder = ''] = await readdir(join(root, 'maps'))
  expect((await readdir(join(root, 'maps', folder, 'assets'))).toSorted()).toEqual([
    'index-BxY12ab3.js.map',
    'odd.js.map',
  ])
})

test.each([
  ['of another release', event(served, { release: 'r2' })],
  ['of another service', event(served, { service: 'api' })],
  ['of no release', event(served, { release: null })],
  ['of no service', event(served, { service: null })],
  ['of a file that is not in the artifact', event('https://shop.example/assets/tag.js')],
  ['of a name that two files have', event('https://shop.example/x/same.js')],
  ['that leads out of the folder', event('https://shop.example/../../../../etc/passwd.js')],
])('an event %s stays as it came', async (_, one) => {
  expect(placeOf(await reader()(one))).toBe(placeOf(one))
})

test('a map that cannot be read costs an event its sources, not the event, and is said', async () => {
  const one = event('https://shop.example/assets/odd.js')
  expect(await reader()(one)).toEqual(one)
  expect(warned).toEqual(['the maps of a release could not be read'])
})

test('a release that is not known yet is asked for again after a while, not for each event', async () => {
  const read = reader()
  stands.isKnown = false
  await read(event(served))
  await read(event(served))
  expect(asked).toHaveLength(1)
  stands.isKnown = true
  stands.now += 61_000
  expect(placeOf(await read(event(served)))).toBe('apps/web/src/price.ts')
  expect(asked).toHaveLength(2)
})

test('a map that was uploaded is asked first, and its sources lie where those of the service do', async () => {
  const map = readMap(await readFile(bundle, 'utf8'))
  const asks: string[] = []
  stands.uploaded = async file => {
    asks.push(file)
    return file === served ? { map, url: '~/assets/index-BxY12ab3.js' } : null
  }
  const unknown = 'https://cdn.example/elsewhere/index-BxY12ab3.js'
  const read = reader()
  expect(placeOf(await read(event(served, { service: 'shop' })))).toBe('apps/shop/src/price.ts')
  expect(placeOf(await read(event(served, { service: null, release: null })))).toBe('src/price.ts')
  expect(placeOf(await read(event(unknown)))).toBe('apps/web/src/price.ts')
  expect(asks).toEqual([served, served, unknown])
  stands.uploaded = null
})
