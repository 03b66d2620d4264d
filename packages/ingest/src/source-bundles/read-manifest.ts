import { GantryError, type MapInBundle } from '@gantry/core'
import * as z from 'zod'
import { idOf } from '../protocols/sentry/event-fact.ts'
import { openBundle, refused } from './open-bundle.ts'

/** What a bundle says of itself. */
export interface BundleManifest {
  release: string | null
  dist: string | null
  maps: MapInBundle[]
}

/** Foreign: fields that are not known are left alone. */
const Manifest = z.looseObject({
  files: z.record(
    z.string(),
    z.looseObject({
      type: z.string().nullish(),
      url: z.string().max(2_000).nullish(),
      headers: z.record(z.string(), z.string()).nullish(),
    }),
  ),
  release: z.string().max(250).nullish(),
  dist: z.string().max(64).nullish(),
})
type File = { entry: string; url: string; debugId: string | null; map: string | null }

const manifestBytes = 32 * 1024 * 1024
const largestMapBytes = 64 * 1024 * 1024

/**
 * The maps of a bundle, each by the built file it is of: as that file names it, or by its own name without `.map`.
 * @throws GantryError SOURCE_BUNDLE_REFUSED
 */
export async function readManifest(file: string): Promise<BundleManifest> {
  const bundle = await openBundle(file)
  try {
    const { files, release, dist } = parsed(await bundle.read('manifest.json', manifestBytes))
    const maps = mapsIn(files)
    const missing = maps.find(({ entry }) => !bundle.names.has(entry))
    if (missing) throw refused(`it says that it has ${missing.entry.slice(0, 200)}, and has not`)
    return { release: release || null, dist: dist || null, maps }
  } finally {
    bundle.close()
  }
}

/** @throws GantryError SOURCE_BUNDLE_REFUSED */
export async function readMapIn(file: string, entry: string): Promise<string> {
  const bundle = await openBundle(file)
  try {
    return (await bundle.read(entry, largestMapBytes)).toString()
  } finally {
    bundle.close()
  }
}

function parsed(bytes: Buffer): z.output<typeof Manifest> {
  try {
    return Manifest.parse(JSON.parse(bytes.toString()))
  } catch (cause) {
    throw new GantryError('SOURCE_BUNDLE_REFUSED', 'its manifest.json is none', {}, { cause })
  }
}

function mapsIn(all: z.output<typeof Manifest>['files']): MapInBundle[] {
  const files = (type: string) =>
    Object.entries(all).flatMap(([entry, file]) => (file.type === type ? [fileOf(entry, file)] : []))
  const maps = new Map(files('source_map').map(file => [file.url, file]))
  const isNamed = new Set<string>()
  const named = files('minified_source').flatMap(({ url, debugId, map }): MapInBundle[] => {
    const found = maps.get(map === null ? `${url}.map` : besides(url, map))
    if (!found) return []
    isNamed.add(found.entry)
    return [{ entry: found.entry, url, debugId: debugId ?? found.debugId }]
  })
  const alone = [...maps.values()].filter(({ entry }) => !isNamed.has(entry))
  return [...named, ...alone.map(({ entry, url, debugId }) => ({ entry, url: url.replace(/\.map$/, ''), debugId }))]
}

function fileOf(entry: string, { url, headers }: z.output<typeof Manifest>['files'][string]): File {
  const said = new Map(Object.entries(headers ?? {}).map(([name, value]) => [name.toLowerCase(), value]))
  return {
    entry,
    url: url ?? `~/${entry}`,
    debugId: idOf(said.get('debug-id')),
    map: said.get('sourcemap') ?? said.get('x-sourcemap') ?? null,
  }
}

/** What a file calls its map, seen from where the file is. `~` and `app:` are no hosts, so no URL is made of it. */
function besides(url: string, map: string): string {
  if (/^(?:[a-z][a-z0-9+.-]*:|~)/i.test(map)) return map
  if (map.startsWith('/')) return `${/^(?:[a-z][a-z0-9+.-]*:\/\/[^/]*|~)/i.exec(url)?.[0] ?? ''}${map}`
  const folders = url.split('/').slice(0, -1)
  for (const part of map.split('/'))
    if (part === '..') folders.pop()
    else if (part !== '.') folders.push(part)
  return folders.join('/')
}
