import { createHash, randomUUID } from 'node:crypto'
import { createReadStream, createWriteStream } from 'node:fs'
import { access, mkdir, readdir, rename, rm, stat } from 'node:fs/promises'
import { dirname, join, posix } from 'node:path'
import { type Readable, Transform, Writable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { GantryError } from '@gantry/core'
import { extract, list, type ReadEntry } from 'tar'

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
  /**
   * Removes what was kept before `before` and is not among `needed`, and what an interrupted upload left; answers the
   * digests that went.
   */
  prune(needed: ReadonlySet<string>, before: Date): Promise<string[]>
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
    has: async digest => exists(pathOf(dir, digest)),
    async open(digest) {
      if (await store.has(digest)) return createReadStream(pathOf(dir, digest))
      throw missing(digest)
    },
    async unpack(digest, destination) {
      if (await exists(destination)) return
      if (!(await store.has(digest))) throw missing(digest)
      const file = pathOf(dir, digest)
      const measured = measure()
      await pipeline(
        createReadStream(file),
        measured.through,
        new Writable({ write: (_chunk, _encoding, next) => next() }),
      )
      measured.check(digest)
      await checkEntries(file)
      const part = `${destination}.${randomUUID()}.part`
      await mkdir(part, { recursive: true })
      try {
        await extract({ file, cwd: part, strict: true, preserveOwner: false, noMtime: true })
        await rename(part, destination)
      } finally {
        await rm(part, { recursive: true, force: true })
      }
    },
    async prune(needed, before) {
      const gone: string[] = []
      for (const name of await readdir(dir, { recursive: true }).catch(nothingYet)) {
        const hex = /^[0-9a-f]{2}[/\\]([0-9a-f]{64})\.tar\.gz(\.[^.]+\.part)?$/.exec(name)
        if (!hex || (hex[2] === undefined && needed.has(`sha256:${hex[1]}`))) continue
        const path = join(dir, name)
        // One that goes meanwhile was the unfinished part of an upload.
        const kept = await stat(path).catch(() => null)
        if (kept === null || kept.mtime >= before) continue
        await rm(path, { force: true })
        if (hex[2] === undefined) gone.push(`sha256:${hex[1]}`)
      }
      return gone
    },
  }
  return store
}

/** Before the first artifact there is no folder. */
function nothingYet(cause: NodeJS.ErrnoException): string[] {
  if (cause.code === 'ENOENT') return []
  throw cause
}

const missing = (digest: string): GantryError =>
  new GantryError('RELEASE_ARTIFACT_MISSING', `no artifact ${digest} is kept here`, { digest })

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
