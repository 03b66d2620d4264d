import { randomUUID } from 'node:crypto'
import { access, open, rename, rm } from 'node:fs/promises'
import { join, posix } from 'node:path'
import type { ArtifactStore } from '@gantry/delivery'

type Unpacks = Pick<ArtifactStore, 'unpack'>

export const isMap = (path: string): boolean => path.endsWith('.map')

const isScript = (path: string): boolean => /\.[cm]?js$/.test(path)
/** A reference stands at the end of a file. */
const endBytes = 4_096

/**
 * Puts the maps of an artifact into a new folder, whole or not at all, and nothing of what is served. Each is called after the file
 * it is of: one that has another name, as Turbopack gives them, is renamed by the file that says so at its end. A folder that is
 * there already is left alone.
 */
export async function unpackMaps(artifacts: Unpacks, digest: string, dir: string): Promise<void> {
  if (await exists(dir)) return
  const paths = new Set<string>()
  const part = `${dir}.${randomUUID()}.part`
  try {
    await artifacts.unpack(digest, part, path => {
      paths.add(posix.normalize(path))
      return isMap(path)
    })
    const unnamed = new Set([...paths].filter(path => isMap(path) && !paths.has(path.replace(/\.map$/, ''))))
    if (unnamed.size > 0) await nameByFiles(artifacts, digest, part, { paths, unnamed })
    await rename(part, dir)
  } catch (cause) {
    // Who came first has unpacked the same.
    if (!(await exists(dir))) throw cause
  } finally {
    await rm(part, { recursive: true, force: true })
  }
}

/** The files are read once, and removed. */
async function nameByFiles(
  artifacts: Unpacks,
  digest: string,
  dir: string,
  { paths, unnamed }: { paths: ReadonlySet<string>; unnamed: Set<string> },
): Promise<void> {
  const scripts = `${dir}.scripts`
  const files = [...paths].filter(path => isScript(path) && !paths.has(`${path}.map`))
  const wanted = new Set(files)
  try {
    await artifacts.unpack(digest, scripts, path => wanted.has(posix.normalize(path)))
    for (const file of files) {
      const map = await referenceOf(join(scripts, file))
      const path = map === null ? '' : posix.join(posix.dirname(file), map)
      // A map that two files name, as the bundler did not write it, is of the first.
      if (unnamed.delete(path)) await rename(join(dir, path), join(dir, `${file}.map`))
    }
  } finally {
    await rm(scripts, { recursive: true, force: true })
  }
}

/** What a file says is its map, seen from where it lies; null when it names none, or one that lies elsewhere. */
async function referenceOf(path: string): Promise<string | null> {
  await using file = await open(path)
  const { size } = await file.stat()
  const from = Math.max(0, size - endBytes)
  const { buffer, bytesRead } = await file.read(Buffer.alloc(size - from), 0, size - from, from)
  const named = [...buffer.toString('utf8', 0, bytesRead).matchAll(/\/\/[#@]\s*sourceMappingURL=(\S+)/g)].at(-1)?.[1]
  if (named === undefined || /^(?:[a-z][a-z0-9+.-]*:|\/)/i.test(named)) return null
  return decoded(named.replace(/[?#].*$/, ''))
}

/** As it stands where it is no encoded text. */
function decoded(text: string): string {
  try {
    return decodeURIComponent(text)
  } catch {
    return text
  }
}

const exists = (path: string): Promise<boolean> =>
  access(path).then(
    () => true,
    () => false,
  )
