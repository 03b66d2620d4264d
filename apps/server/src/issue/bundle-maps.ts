import { readdir, readFile, stat } from 'node:fs/promises'
import { join, posix, relative, sep } from 'node:path'
import type { ErrorEvent } from '@gantry/core'
import type { ArtifactStore } from '@gantry/delivery'
import { type FindMap, type FoundMap, hasBundles, mapFrames, readMap } from '@gantry/ingest'
import { Remembered } from '../remembered.ts'
import { type FindBuiltFile, findBuiltFile } from '../source-bundle/find-built-file.ts'
import { keepNewest } from '../source-bundle/keep-newest.ts'
import { placeOfUploaded, type ServiceFolders } from '../source-bundle/plugin-place.ts'
import { isMap, unpackMaps } from '../source-bundle/unpack-maps.ts'
import type { UploadedMaps } from '../source-bundle/uploaded-maps.ts'

export interface BundleMapParts {
  artifacts: Pick<ArtifactStore, 'unpack'>
  /** What a release built for a service, and where that lies in the repository; null: nothing of it is kept. */
  builtBy(release: string, service: string): Promise<({ digest: string } & ServiceFolders) | null>
  /** Where maps are unpacked: only they, nothing of what is served. */
  dir: string
  /** Maps that builds uploaded. */
  uploaded: Pick<UploadedMaps, 'finder'>
  /** Null: nobody says. */
  foldersOf(service: string): Promise<ServiceFolders | null>
  now(): Date
  log: { warn(facts: object, message: string): void }
}

/** Reads the stacks of an event by the maps of its bundles, with the debug ids that its client says. */
export type MapEvent = (event: ErrorEvent, debugIds?: ReadonlyMap<string, string>) => Promise<ErrorEvent>

/** Maps of one release of one service, by their path within the artifact. */
interface Maps extends ServiceFolders {
  dir: string
  hasAny: boolean
  nameOf: FindBuiltFile
}

const releasesKept = 20
const mapsKept = 30
/** A release that is not known yet may be stored in a moment; and clients may say what they like. */
const unknownMs = 60_000
const largestBytes = 64 * 1024 * 1024

/**
 * Reads the stacks of bundles by the maps that were built with them: those a build uploaded, else those in the artifact of the
 * event's release and service, so that nothing need be uploaded and no visitor is ever served one. An event of which nothing is
 * known stays as it came.
 */
export function bundleMaps(parts: BundleMapParts): MapEvent {
  const { now, log } = parts
  const releases = new Remembered({
    ...{ most: releasesKept, holds: { now, forMs: (maps: Maps | null) => (maps ? Number.POSITIVE_INFINITY : 0) } },
    ask(key) {
      const [release = '', service = ''] = key.split('\n')
      return mapsOf(release, service, parts)
    },
  })
  // Apart: what clients make up pushes out none that is read by.
  const unknown = new Map<string, number>()
  const parsed = new Remembered({ most: mapsKept, ask: parsedMap })

  const mapsFor = async (key: string): Promise<Maps | null> => {
    if ((unknown.get(key) ?? 0) > now().getTime()) return null
    const maps = await releases.get(key)
    if (maps !== null) return maps
    if (unknown.size >= 1_000) unknown.clear()
    unknown.set(key, now().getTime() + unknownMs)
    return null
  }
  const finder =
    (maps: Maps): FindMap =>
    async file => {
      const path = maps.nameOf(file)
      const map = path === null ? null : await parsed.get(join(maps.dir, `${path}.map`))
      return map && { map, file: posix.join(maps.built, path ?? ''), root: maps.root }
    }
  const builtFinder = async ({ release, service }: ErrorEvent): Promise<FindMap | null> => {
    const maps = release === null || service === null ? null : await mapsFor(`${release}\n${service}`)
    return maps?.hasAny ? finder(maps) : null
  }

  return async (event, debugIds) => {
    const { release, service } = event
    if (!hasBundles(event)) return event
    try {
      const finders = [await uploadedFinder(event, debugIds, parts), await builtFinder(event)]
      // Most services of Node have none: their events pass by at no cost.
      const known = finders.filter(find => find !== null)
      return known.length === 0 ? event : await mapFrames(event, firstOf(known))
    } catch (err) {
      // A map that cannot be read costs an event its sources, never the event.
      log.warn({ err, release, service }, 'the maps of a release could not be read')
      return event
    }
  }
}

const unknownFolders: ServiceFolders = { root: '', built: '' }

async function uploadedFinder(
  event: ErrorEvent,
  debugIds: ReadonlyMap<string, string> | undefined,
  { uploaded, foldersOf }: BundleMapParts,
): Promise<FindMap | null> {
  const find = await uploaded.finder(event, debugIds)
  if (find === null) return null
  return async file => {
    const found = await find(file)
    if (found === null) return null
    const folders = (event.service === null ? null : await foldersOf(event.service)) ?? unknownFolders
    const { map, url } = found
    return { map, file: placeOfUploaded({ url, file, sources: map.sources }, folders), root: folders.root }
  }
}

function firstOf(finders: readonly FindMap[]): FindMap {
  return async file => {
    for (const find of finders) {
      const found = await find(file)
      if (found !== null) return found
    }
    return null
  }
}

async function mapsOf(release: string, service: string, parts: BundleMapParts): Promise<Maps | null> {
  const built = await parts.builtBy(release, service)
  if (built === null) return null
  const dir = join(parts.dir, built.digest.replace(/^sha256:/, ''))
  await unpackMaps(parts.artifacts, built.digest, dir)
  // What the oldest releases left is unpacked again when somebody asks.
  await keepNewest(parts.dir, releasesKept * 2, dir)
  const entries = await readdir(dir, { recursive: true, withFileTypes: true })
  const paths = entries
    .filter(entry => entry.isFile() && isMap(entry.name))
    .map(entry => relative(dir, join(entry.parentPath, entry.name)).split(sep).join('/'))
  const { root, built: folder } = built
  return { dir, root, built: folder, hasAny: paths.length > 0, nameOf: findBuiltFile(paths.map(withoutMap)) }
}

const withoutMap = (path: string): string => path.replace(/\.map$/, '')

async function parsedMap(file: string): Promise<FoundMap['map'] | null> {
  if ((await stat(file)).size > largestBytes) return null
  return readMap(await readFile(file, 'utf8'))
}
