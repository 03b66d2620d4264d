import { readdir, readFile, rm, stat } from 'node:fs/promises'
import { join, posix, relative, sep } from 'node:path'
import type { ErrorEvent } from '@gantry/core'
import type { ArtifactStore } from '@gantry/delivery'
import { type FindMap, type FoundMap, hasBundles, mapFrames, readMap } from '@gantry/ingest'

export interface BundleMapParts {
  artifacts: Pick<ArtifactStore, 'unpack'>
  /** What a release built for a service, and its folder in the repository; null: nothing of it is kept. */
  builtBy(release: string, service: string): Promise<{ digest: string; folder: string } | null>
  /** Where maps are unpacked: only they, nothing of what is served. */
  dir: string
  now(): Date
  log: { warn(facts: object, message: string): void }
}

/** Maps of one release of one service, by their path within the artifact. */
interface Maps {
  dir: string
  folder: string
  paths: readonly string[]
}

const releasesKept = 20
const mapsKept = 30
/** A release that is not known yet may be stored in a moment; and clients may say what they like. */
const unknownMs = 60_000
const largestBytes = 64 * 1024 * 1024

/**
 * Reads the stacks of bundles by the maps that were built with them: taken from the artifact of the event's release and service,
 * so that nothing need be uploaded and no visitor is ever served one. An event of which nothing is known stays as it came.
 */
export function bundleMaps(parts: BundleMapParts): (event: ErrorEvent) => Promise<ErrorEvent> {
  const { now, log } = parts
  const releases = remembering(releasesKept, (key: string) => {
    const [release = '', service = ''] = key.split('\n')
    return mapsOf(release, service, parts)
  })
  const unknown = new Map<string, number>()
  const parsed = remembering(mapsKept, parsedMap)

  const mapsFor = async (key: string): Promise<Maps | null> => {
    if ((unknown.get(key) ?? 0) > now().getTime()) return null
    const maps = await releases(key)
    if (maps !== null) return maps
    releases.forget(key)
    if (unknown.size >= 1_000) unknown.clear()
    unknown.set(key, now().getTime() + unknownMs)
    return null
  }
  const finder =
    (maps: Maps): FindMap =>
    async file => {
      const path = pathIn(file, maps.paths)
      const map = path === null ? null : await parsed(join(maps.dir, path))
      return map && { map, file: posix.join(maps.folder, (path ?? '').replace(/\.map$/, '')) }
    }

  return async event => {
    const { release, service } = event
    if (release === null || service === null || !hasBundles(event)) return event
    try {
      const maps = await mapsFor(`${release}\n${service}`)
      // Most services of Node have none: their events pass by at no cost.
      return maps === null || maps.paths.length === 0 ? event : await mapFrames(event, finder(maps))
    } catch (err) {
      // A map that cannot be read costs an event its sources, never the event.
      log.warn({ err, release, service }, 'the maps of a release could not be read')
      return event
    }
  }
}

async function mapsOf(release: string, service: string, parts: BundleMapParts): Promise<Maps | null> {
  const built = await parts.builtBy(release, service)
  if (built === null) return null
  const dir = join(parts.dir, built.digest.replace(/^sha256:/, ''))
  await parts.artifacts.unpack(built.digest, dir, path => path.endsWith('.map'))
  await keepNewest(parts.dir, dir)
  const entries = await readdir(dir, { recursive: true, withFileTypes: true })
  const paths = entries
    .filter(entry => entry.isFile())
    .map(entry => relative(dir, join(entry.parentPath, entry.name)).split(sep).join('/'))
  return { dir, folder: built.folder, paths }
}

/** What the oldest releases left is unpacked again when somebody asks. */
async function keepNewest(all: string, own: string): Promise<void> {
  const folders = await Promise.all(
    (await readdir(all)).map(async name => ({ name, at: (await stat(join(all, name))).ctimeMs })),
  )
  const old = folders.toSorted((a, b) => b.at - a.at).slice(releasesKept * 2)
  for (const { name } of old) if (join(all, name) !== own) await rm(join(all, name), { recursive: true, force: true })
}

/** The map beside a file that was served somewhere: by its whole path, else by as much of its end as is there. */
function pathIn(file: string, paths: readonly string[]): string | null {
  const served = file.replace(/^[a-z][a-z0-9+.-]*:\/\/[^/]*/i, '').replace(/[?#].*$/, '')
  const parts = served.split(/[\\/]/).filter(part => part !== '')
  for (let first = 0; first < parts.length; first++) {
    const path = `${parts.slice(first).join('/')}.map`
    if (paths.includes(path)) return path
  }
  const name = `/${parts.at(-1)}.map`
  const ending = paths.filter(path => path.endsWith(name))
  return ending.length === 1 ? (ending[0] ?? null) : null
}

async function parsedMap(file: string): Promise<FoundMap['map'] | null> {
  if ((await stat(file)).size > largestBytes) return null
  return readMap(await readFile(file, 'utf8'))
}

/** What was read last is kept; a failure is not. */
function remembering<T>(most: number, read: (key: string) => Promise<T>) {
  const known = new Map<string, Promise<T>>()
  const ask = (key: string): Promise<T> => {
    const answer = known.get(key) ?? read(key)
    known.delete(key)
    known.set(key, answer)
    answer.catch(() => known.delete(key))
    for (const oldest of known.keys()) if (known.size > most) known.delete(oldest)
    return answer
  }
  return Object.assign(ask, { forget: (key: string) => known.delete(key) })
}
