import { createHash, randomUUID } from 'node:crypto'
import { access, mkdir, rename, rm, writeFile } from 'node:fs/promises'
import { posix } from 'node:path'
import { Readable } from 'node:stream'
import { GantryError, type Objects } from '@gantry/core'
import { extract, list, type ReadEntry } from 'tar'

/** Packed folders as they are read, each known by the digest of its bytes. */
export interface ArtifactReader {
  has(digest: string): Promise<boolean>
  open(digest: string): Promise<Readable>
  /**
   * Puts the content into a new folder, whole or not at all. A folder that is there already is left alone.
   * @param wants the files to put there; left out: all
   * @throws GantryError RELEASE_ARTIFACT_MISSING, BAD_REQUEST when the bytes were changed or lead outside the folder
   */
  unpack(digest: string, destination: string, wants?: (path: string) => boolean): Promise<void>
}

/** Where they are kept. */
export interface ArtifactStore extends ArtifactReader {
  /** Keeps it if the bytes have that digest; keeping it twice is fine. @throws GantryError BAD_REQUEST */
  put(stream: Readable, digest: string): Promise<{ digest: string; bytes: number }>
  /**
   * Removes what was kept before `before` and is not among `needed`, and what an interrupted upload left; answers the
   * digests that went.
   */
  prune(needed: ReadonlySet<string>, before: Date): Promise<string[]>
}

/** Unpacked, one artifact may be this large; a small file can otherwise fill a disk. */
const maxUnpackedBytes = 2 * 1024 ** 3

/** @param read the bytes of that digest; null when there are none */
export function artifactReader(
  read: (digest: string) => Promise<AsyncIterable<Uint8Array> | null>,
  has: ArtifactReader['has'],
): ArtifactReader {
  const bytesOf = async (digest: string) => {
    const bytes = await read(digest)
    if (bytes !== null) return bytes
    throw new GantryError('RELEASE_ARTIFACT_MISSING', `no artifact ${digest} is kept here`, { digest })
  }
  return {
    has,
    open: async digest => Readable.from(await bytesOf(digest), { objectMode: false }),
    async unpack(digest, destination, wants) {
      if (await exists(destination)) return
      const bytes = await bytesOf(digest)
      const part = `${destination}.${randomUUID()}.part`
      const file = `${part}.tar.gz`
      await mkdir(part, { recursive: true })
      try {
        await writeFile(file, checked(bytes, digest))
        await checkEntries(file)
        const filter = wants && ((path: string) => wants(path))
        await extract({ file, cwd: part, strict: true, preserveOwner: false, noMtime: true, ...(filter && { filter }) })
        await rename(part, destination)
      } finally {
        await rm(file, { force: true })
        await rm(part, { recursive: true, force: true })
      }
    },
  }
}

/** @param folder where they are kept, e.g. of one project */
export function artifactStore(objects: Objects, folder = 'artifacts'): ArtifactStore {
  const keyOf = (digest: string) => keyBelow(folder, digest)
  return {
    ...artifactReader(
      async digest => objects.get(keyOf(digest)),
      async digest => objects.has(keyOf(digest)),
    ),
    async put(stream, digest) {
      // Bytes with another digest end as an error before anything is kept.
      const { bytes } = await objects.put(keyOf(digest), checked(stream, digest))
      return { digest, bytes }
    },
    async prune(needed, before) {
      const gone: string[] = []
      for await (const { key, keptAt } of objects.list(folder)) {
        const hex = /\/([0-9a-f]{64})\.tar\.gz$/.exec(key)?.[1]
        if (hex === undefined || needed.has(`sha256:${hex}`) || new Date(keptAt) >= before) continue
        await objects.remove(key)
        gone.push(`sha256:${hex}`)
      }
      await objects.removeUnfinished(folder, before.toISOString())
      return gone
    },
  }
}

function keyBelow(folder: string, digest: string): string {
  const hex = /^sha256:([0-9a-f]{64})$/.exec(digest)?.[1]
  if (!hex) throw new GantryError('BAD_REQUEST', `expected a digest such as sha256:<64 hex digits>, got "${digest}"`)
  return `${folder}/${hex.slice(0, 2)}/${hex}.tar.gz`
}

const exists = (path: string): Promise<boolean> =>
  access(path).then(
    () => true,
    () => false,
  )

async function* checked(bytes: AsyncIterable<Uint8Array>, digest: string): AsyncGenerator<Uint8Array> {
  const hash = createHash('sha256')
  for await (const chunk of bytes) {
    hash.update(chunk)
    yield chunk
  }
  const found = `sha256:${hash.digest('hex')}`
  if (found !== digest)
    throw new GantryError('BAD_REQUEST', `expected ${digest}, the bytes have ${found}`, { digest, found })
}

/** Before anything is written: whoever made the archive may mean harm. */
async function checkEntries(file: string): Promise<void> {
  let unpackedBytes = 0
  const faults: string[] = []
  const links = new Map<string, string>()
  const paths: string[] = []
  await list({
    file,
    strict: true,
    onReadEntry(entry) {
      unpackedBytes += entry.size
      const fault = faultOf(entry, unpackedBytes)
      if (fault) faults.push(`${entry.path}: ${fault}`)
      const path = posix.normalize(entry.path).replace(/\/$/, '')
      paths.push(path)
      if (entry.type === 'SymbolicLink') links.set(path, entry.linkpath ?? '')
    },
  })
  for (const path of paths) {
    const fault = linkFaultOf(path, links)
    if (fault) faults.push(`${path}: ${fault}`)
  }
  if (faults.length > 0)
    throw new GantryError('BAD_REQUEST', `the artifact is not safe to unpack: ${faults.join('; ')}`)
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

/** Only all links together tell where one ends: `a` → `b/..` is outside when `b` leads somewhere else. */
function linkFaultOf(path: string, links: ReadonlyMap<string, string>): string | null {
  const parts = path.split('/')
  const isThroughLink = parts.some((_, i) => i > 0 && links.has(parts.slice(0, i).join('/')))
  if (isThroughLink) return 'lies behind a link'
  return links.has(path) && !endsInside(path, links) ? 'is a link that leads outside the folder' : null
}

/** As the system follows links; more of them than it follows end nowhere, and so outside. */
function endsInside(path: string, links: ReadonlyMap<string, string>): boolean {
  const at: string[] = []
  const ahead = path.split('/')
  for (let followed = 0; ahead.length > 0; ) {
    const part = ahead.shift() ?? ''
    if (part === '..' && at.pop() === undefined) return false
    if (part === '' || part === '.' || part === '..') continue
    const target = links.get([...at, part].join('/'))
    if (target === undefined) at.push(part)
    else if (posix.isAbsolute(target) || ++followed > mostLinks) return false
    else ahead.unshift(...target.split('/'))
  }
  return true
}
const mostLinks = 40

const leadsOutside = (path: string): boolean =>
  posix.isAbsolute(path) || path.includes('\\') || posix.normalize(path).split('/')[0] === '..'
