import { randomUUID } from 'node:crypto'
import { createWriteStream } from 'node:fs'
import { mkdir, rename, rm, utimes } from 'node:fs/promises'
import { join } from 'node:path'
import { pipeline } from 'node:stream/promises'
import type { ErrorEvent, FoundMapEntry, Objects, SourceBundleStore } from '@gantry/core'
import { type FoundMap, readMap, readMapIn } from '@gantry/ingest'
import { Remembered } from '../remembered.ts'
import { type FindBuiltFile, findBuiltFile } from './find-built-file.ts'
import { keepNewest } from './keep-newest.ts'
import { bundleKey } from './source-uploads.ts'

export interface UploadedMapParts {
  project: string
  store: Pick<SourceBundleStore, 'byDebugIds' | 'ofRelease' | 'used'>
  objects: Objects
  /** Of this machine: bundles that were read last. */
  dir: string
  now(): Date
  log: { warn(facts: object, message: string): void }
}

/** A map of a built file, and what the bundle calls that file. */
export type UploadedMap = Pick<FoundMap, 'map'> & { url: string }
export type FindUploaded = (file: string) => Promise<UploadedMap | null>

interface ReleaseMaps {
  maps: ReadonlyMap<string, FoundMapEntry>
  nameOf: FindBuiltFile
}

const unknownMs = 60_000
const knownMs = 3_600_000
const dayMs = 86_400_000
const mapsKept = 30
const bundlesKept = 20

/** Maps that builds uploaded: found by the debug id of a file, else by release and name. What is found is remembered. */
export class UploadedMaps {
  readonly #parts: UploadedMapParts
  readonly #byId: Remembered<FoundMapEntry | null>
  readonly #byRelease: Remembered<ReleaseMaps>
  readonly #parsed: Remembered<FoundMap['map'] | null>
  readonly #used = new Map<string, number>()

  constructor(parts: UploadedMapParts) {
    this.#parts = parts
    const { store, project, now } = parts
    this.#byId = new Remembered({
      ...{ most: 5_000, holds: { now, forMs: found => (found ? knownMs : unknownMs) } },
      ask: async id => (await store.byDebugIds(project, [id]))[0] ?? null,
    })
    this.#byRelease = new Remembered({
      ...{ most: 50, holds: { now, forMs: () => unknownMs } },
      async ask(release) {
        // The newest come first: an older one of the same name does not replace it.
        const maps = new Map((await store.ofRelease(project, release)).toReversed().map(one => [one.url, one]))
        return { maps, nameOf: findBuiltFile(maps.keys()) }
      },
    })
    this.#parsed = new Remembered({
      ...{ most: mapsKept, holds: { now, forMs: () => knownMs } },
      ask: key => this.#read(key),
    })
  }

  /** Null when nothing is known that could be of an event of that release with those ids. */
  async finder(
    { release }: Pick<ErrorEvent, 'release'>,
    debugIds: ReadonlyMap<string, string> | undefined,
  ): Promise<FindUploaded | null> {
    const named = release === null ? null : await this.#byRelease.get(release)
    if ((named === null || named.maps.size === 0) && debugIds === undefined) return null
    return async file => {
      const id = debugIds?.get(file)
      const byId = id === undefined ? null : await this.#byId.get(id)
      const url = byId || !named ? null : named.nameOf(file)
      const found = byId ?? (url === null ? null : named?.maps.get(url)) ?? null
      return found && this.#mapOf(found)
    }
  }

  /** Others came. */
  changed(): void {
    this.#byId.forget()
    this.#byRelease.forget()
  }

  async #mapOf({ bundle, entry, url }: FoundMapEntry): Promise<UploadedMap | null> {
    const map = await this.#parsed.get(`${bundle}\n${entry}`)
    if (map === null) return null
    await this.#noteUse(bundle)
    return { map, url }
  }

  async #noteUse(bundle: string): Promise<void> {
    const { store, project, now } = this.#parts
    const nowMs = now().getTime()
    if (nowMs - (this.#used.get(bundle) ?? 0) < dayMs) return
    this.#used.set(bundle, nowMs)
    await store.used(project, bundle, now().toISOString())
  }

  /** A map that cannot be read is known as none: the events of its file stay as they came. */
  async #read(key: string): Promise<FoundMap['map'] | null> {
    const [bundle = '', entry = ''] = key.split('\n')
    const file = await this.#fileOf(bundle)
    if (file === null) return null
    try {
      return readMap(await readMapIn(file, entry))
    } catch (err) {
      this.#parts.log.warn({ err, bundle, entry }, 'an uploaded source map could not be read')
      return null
    }
  }

  async #fileOf(bundle: string): Promise<string | null> {
    const { dir, objects, project, now } = this.#parts
    const file = join(dir, `${bundle}.zip`)
    const isHere = await utimes(file, now(), now()).then(
      () => true,
      () => false,
    )
    if (isHere) return file
    const bytes = await objects.get(bundleKey(project, bundle))
    if (bytes === null) return null
    await mkdir(dir, { recursive: true })
    const part = join(dir, `${randomUUID()}.part`)
    try {
      await pipeline(bytes, createWriteStream(part))
      await rename(part, file)
    } finally {
      await rm(part, { force: true })
    }
    await keepNewest(dir, bundlesKept, file)
    return file
  }
}
