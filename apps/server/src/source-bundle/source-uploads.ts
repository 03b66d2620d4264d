import { createHash } from 'node:crypto'
import { createReadStream, createWriteStream } from 'node:fs'
import { mkdir, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { pipeline } from 'node:stream/promises'
import { GantryError, type MapInBundle, type Objects, type SourceBundle, type SourceBundleStore } from '@gantry/core'
import { readManifest } from '@gantry/ingest'
import type { ChunkStore } from './chunk-store.ts'
import { uploadLimits } from './upload-limits.ts'

export interface SourceUploadParts {
  project: string
  store: Pick<SourceBundleStore, 'add' | 'touch' | 'bytesOf'>
  objects: Objects
  chunks: ChunkStore
  /** Of this machine: where a bundle is put together. */
  dir: string
  now(): Date
  newId(): string
  /** Maps came that were not here before. */
  onMaps(maps: readonly MapInBundle[], release: string | null): void
}

/** What is asked for: a file of these pieces, one after the other. */
export interface WantedBundle {
  checksum: string
  chunks: readonly string[]
  release: string | null
  dist: string | null
  by: string
}

/** `error` carries why, for whoever uploads. */
export type Assembled = { state: 'ok' } | { state: 'not_found'; missing: string[] } | { state: 'error'; detail: string }

export const bundleKey = (project: string, id: string): string => `projects/${project}/source-bundles/${id}.zip`

/**
 * Puts bundles of source maps together from what was uploaded. Two who upload the same at once get one bundle: each makes a file
 * under an id of its own, and the one that is not written down is removed.
 */
export class SourceUploads {
  readonly #parts: SourceUploadParts
  readonly #underWay = new Map<string, Promise<Assembled>>()

  constructor(parts: SourceUploadParts) {
    this.#parts = parts
  }

  async assemble(wanted: WantedBundle): Promise<Assembled> {
    const { project, store, chunks, now } = this.#parts
    if (await store.touch(project, wanted, now().toISOString())) return { state: 'ok' }
    if (wanted.chunks.length === 0) return { state: 'not_found', missing: [] }
    const missing = await chunks.missing(wanted.chunks)
    if (missing.length > 0) return { state: 'not_found', missing }
    const key = `${wanted.checksum}\n${wanted.release}`
    const going = this.#underWay.get(key)
    if (going) return going
    const assembled = this.#assembled(wanted).finally(() => this.#underWay.delete(key))
    this.#underWay.set(key, assembled)
    return assembled
  }

  async #assembled(wanted: WantedBundle): Promise<Assembled> {
    const { dir, newId } = this.#parts
    const id = newId()
    const file = join(dir, `${id}.part`)
    await mkdir(dir, { recursive: true })
    try {
      return await this.#kept(id, file, wanted)
    } catch (cause) {
      if (cause instanceof ChunkGone) return { state: 'not_found', missing: [cause.message] }
      // What is wrong with the bundle whoever made it can mend; anything else is a failure of this server.
      if (cause instanceof GantryError && cause.status < 500) return { state: 'error', detail: cause.message }
      throw cause
    } finally {
      await rm(file, { force: true })
    }
  }

  async #kept(id: string, file: string, wanted: WantedBundle): Promise<Assembled> {
    const { project, store, objects, now, onMaps } = this.#parts
    const bytes = await this.#join(file, wanted)
    const manifest = await readManifest(file)
    if ((await store.bytesOf(project)) + bytes > uploadLimits.projectBytes)
      throw refused(`the source maps of this project would take more than ${uploadLimits.projectBytes} bytes`)
    const { checksum, by } = wanted
    const [release, dist] = [wanted.release ?? manifest.release, wanted.dist ?? manifest.dist]
    const at = now().toISOString()
    const bundle: SourceBundle = { id, project, checksum, release, dist, bytes, by, uploadedAt: at, usedAt: at }
    const key = bundleKey(project, id)
    await objects.put(key, createReadStream(file))
    const isNew = await store.add(bundle, manifest.maps)
    if (isNew) onMaps(manifest.maps, release)
    else await objects.remove(key)
    return { state: 'ok' }
  }

  /** Answers how long it is. */
  async #join(file: string, { checksum, chunks }: WantedBundle): Promise<number> {
    const hash = createHash('sha1')
    let bytes = 0
    const store = this.#parts.chunks
    await pipeline(async function* () {
      for (const chunk of chunks) {
        const content = await store.read(chunk)
        if (content === null) throw new ChunkGone(chunk)
        for await (const piece of content) {
          bytes += piece.length
          if (bytes > uploadLimits.bundleBytes) throw refused(`it is larger than ${uploadLimits.bundleBytes} bytes`)
          hash.update(piece)
          yield piece
        }
      }
    }, createWriteStream(file))
    const found = hash.digest('hex')
    if (found !== checksum) throw refused(`expected the checksum ${checksum}, its chunks have ${found}`)
    return bytes
  }
}

const refused = (why: string) => new GantryError('SOURCE_BUNDLE_REFUSED', why)

/** It was there a moment ago. */
class ChunkGone extends Error {}
