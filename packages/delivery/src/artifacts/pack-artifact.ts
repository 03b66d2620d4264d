import { createHash } from 'node:crypto'
import { createReadStream, createWriteStream } from 'node:fs'
import { lstat, mkdtemp, readdir, readlink, realpath, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join, posix, relative, resolve, sep } from 'node:path'
import { type Readable, Transform } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { GantryError } from '@gantry/core'
import { create } from 'tar'

/** A packed folder, waiting in a temporary file until it is disposed of. */
export interface PackedArtifact extends AsyncDisposable {
  /** `sha256:` and the hash of the packed bytes. */
  digest: string
  bytes: number
  open(): Readable
}

/**
 * Packs a folder so that the same content gives the same bytes on any machine: entries sorted, no times, no owners.
 * @throws GantryError RELEASE_ARTIFACT_MISSING when there is no such folder or nothing in it;
 *   BAD_REQUEST when a link in it leads outside
 */
export async function packArtifact(dir: string): Promise<PackedArtifact> {
  const entries = await entriesOf(dir)
  const temporary = await mkdtemp(join(tmpdir(), 'gantry-artifact-'))
  const file = join(temporary, 'artifact.tar.gz')
  const dispose = () => rm(temporary, { recursive: true, force: true })
  try {
    const hash = createHash('sha256')
    let bytes = 0
    const measure = new Transform({
      transform(chunk: Buffer, _encoding, done) {
        hash.update(chunk)
        bytes += chunk.length
        done(null, chunk)
      },
    })
    const packed = create(
      { cwd: dir, gzip: { level: 6 }, portable: true, mtime: new Date(0), noDirRecurse: true, strict: true },
      entries.map(entry => `./${entry}`),
    )
    await pipeline(packed, measure, createWriteStream(file))
    const digest = `sha256:${hash.digest('hex')}`
    return { digest, bytes, open: () => createReadStream(file), [Symbol.asyncDispose]: dispose }
  } catch (cause) {
    await dispose()
    throw cause
  }
}

/** Files and links under the folder, with `/`, sorted by code point. Empty folders are not kept. */
async function entriesOf(dir: string): Promise<string[]> {
  const found = await readdir(dir, { recursive: true, withFileTypes: true }).catch(cause => {
    throw new GantryError('RELEASE_ARTIFACT_MISSING', `expected a folder at ${dir}`, { dir }, { cause })
  })
  const entries: string[] = []
  for (const entry of found) {
    if (entry.isDirectory()) continue
    const path = join(entry.parentPath, entry.name)
    if (entry.isSymbolicLink()) await checkLink(dir, path)
    else if (!(await lstat(path)).isFile()) continue
    entries.push(relative(dir, path).split(sep).join(posix.sep))
  }
  if (entries.length === 0) throw new GantryError('RELEASE_ARTIFACT_MISSING', `the folder ${dir} is empty`, { dir })
  return entries.sort()
}

async function checkLink(dir: string, path: string): Promise<void> {
  // By its words, for a link may lead to what is not there; and by where it ends when other links are on its way.
  const target = resolve(dirname(path), await readlink(path))
  const end = await realpath(path).catch(() => target)
  const isInside = (place: string, folder: string) => `${place}${sep}`.startsWith(`${folder}${sep}`)
  if (isInside(target, resolve(dir)) && (end === target || isInside(end, await realpath(dir)))) return
  throw new GantryError('BAD_REQUEST', `${relative(dir, path)} is a link that leads outside the folder`, { path })
}
