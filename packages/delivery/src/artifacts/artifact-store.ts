import { createHash, randomUUID } from 'node:crypto'
import { createReadStream, createWriteStream } from 'node:fs'
import { access, mkdir, rename, rm } from 'node:fs/promises'
import { dirname, join, posix } from 'node:path'
import { type Readable, Transform } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { GantryError } from '@gantry/core'
import { type ReadEntry, Unpack } from 'tar'

/** Packed folders on disk, each known by the digest of its bytes. */
export interface ArtifactStore {
  /** Keeps it if the bytes have that digest; keeping it twice is fine. @throws GantryError BAD_REQUEST */
  put(stream: Readable, digest: string): Promise<{ digest: string; bytes: number }>
  has(digest: string): Promise<boolean>
  open(digest: string): Promise<Readable>
  /**
   * Puts the content into a new folder, whole or not at all. A folder that is there already is left alone.
   * @throws GantryError RELEASE_ARTIFACT_MISSING, BAD_REQUEST when the bytes were changed or lead outside the folder
   */
  unpack(digest: string, destination: string): Promise<void>
}

/** Unpacked, one artifact may be this large; a small file can otherwise fill a disk. */
const maxUnpackedBytes = 2 * 1024 ** 3

export function artifactStore(dir: string): ArtifactStore {
  const store: ArtifactStore = {
    async put(stream, digest) {
      const path = pathOf(dir, digest)
      await mkdir(dirname(path), { recursive: true })
      const part = `${path}.${randomUUID()}.part`
      try {
        const measured = measure()
        await pipeline(stream, measured.through, createWriteStream(part))
        measured.check(digest)
        await rename(part, path)
        return { digest, bytes: measured.bytes() }
      } finally {
        await rm(part, { force: true })
      }
    },
    has: digest => exists(pathOf(dir, digest)),
    async open(digest) {
      if (await store.has(digest)) return createReadStream(pathOf(dir, digest))
      throw new GantryError('RELEASE_ARTIFACT_MISSING', `no artifact ${digest} is kept here`, { digest })
    },
    async unpack(digest, destination) {
      if (await exists(destination)) return
      const part = `${destination}.${randomUUID()}.part`
      await mkdir(part, { recursive: true })
      try {
        const measured = measure()
        await pipeline(await store.open(digest), measured.through, unpackInto(part))
        measured.check(digest)
        await rename(part, destination)
      } finally {
        await rm(part, { recursive: true, force: true })
      }
    },
  }
  return store
}

function pathOf(dir: string, digest: string): string {
  const hex = /^sha256:([0-9a-f]{64})$/.exec(digest)?.[1]
  if (!hex) throw new GantryError('BAD_REQUEST', `expected a digest such as sha256:<64 hex digits>, got "${digest}"`)
  return join(dir, hex.slice(0, 2), `${hex}.tar.gz`)
}

const exists = (path: string): Promise<boolean> =>
  access(path).then(
    () => true,
    () => false,
  )

function measure() {
  const hash = createHash('sha256')
  let bytes = 0
  const through = new Transform({
    transform(chunk: Buffer, _encoding, done) {
      hash.update(chunk)
      bytes += chunk.length
      done(null, chunk)
    },
  })
  const check = (digest: string) => {
    const found = `sha256:${hash.digest('hex')}`
    if (found !== digest) {
      throw new GantryError('BAD_REQUEST', `expected ${digest}, the bytes have ${found}`, { digest, found })
    }
  }
  return { through, check, bytes: () => bytes }
}

function unpackInto(cwd: string): Unpack {
  let unpackedBytes = 0
  return new Unpack({
    cwd,
    strict: true,
    preserveOwner: false,
    noMtime: true,
    onReadEntry(entry) {
      unpackedBytes += entry.size
      const fault = faultOf(entry, unpackedBytes)
      if (fault) throw new GantryError('BAD_REQUEST', `${entry.path}: ${fault}`, { path: entry.path })
    },
  })
}

function faultOf(entry: ReadEntry, unpackedBytes: number): string | null {
  if (unpackedBytes > maxUnpackedBytes) return `more than ${maxUnpackedBytes >> 20} MB when unpacked`
  if (leadsOutside(entry.path)) return 'leads outside the folder'
  if (entry.type === 'SymbolicLink') {
    const target = posix.join(posix.dirname(entry.path), entry.linkpath ?? '')
    return leadsOutside(target) || posix.isAbsolute(entry.linkpath ?? '')
      ? 'is a link that leads outside the folder'
      : null
  }
  return ['File', 'OldFile', 'Directory'].includes(entry.type) ? null : `is a ${entry.type}`
}

const leadsOutside = (path: string): boolean =>
  posix.isAbsolute(path) || path.includes('\\') || posix.normalize(path).split('/')[0] === '..'
