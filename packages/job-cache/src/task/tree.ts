import { hash } from 'node:crypto'
import { lstatSync, readdirSync, readFileSync, readlinkSync, type Stats } from 'node:fs'
import { join } from 'node:path'
import { movedBytes } from './moved.ts'

/** Path below the root, and what is there: `<kind> <id of the content>`. */
export type Listing = ReadonlyMap<string, string>

/** Never an input: what is installed follows from the lockfile, and history is no file of the checkout. */
const left = new Set(['node_modules', '.git', '.pnpm-store'])
export const isInstalled = (path: string): boolean => path.split('/').some(part => left.has(part))

/** A file as young as that may have changed again within the same tick of the clock. */
const youngMs = 50
/** The same for file systems that keep times by the second, or by two. */
const youngInSecondsMs = 2_100

interface Known {
  facts: string
  id: string
  /** Whether it can be told by its facts alone that it has not changed. */
  isOld: boolean
}

interface KnownFolder {
  facts: string
  entries: readonly { name: string; isFolder: boolean }[]
  isOld: boolean
}

/**
 * The files below a folder as they are now. Contents of files, links and folders are read again only when their times, size or
 * number differ. A folder's times change with its names.
 */
export class Tree {
  readonly root: string
  readonly #job: string
  readonly #known = new Map<string, Known>()
  readonly #folders = new Map<string, KnownFolder>()

  /** @param job the folder of the job, new in every run: what speaks of it is the same in each */
  constructor(root: string, job: string) {
    this.root = root
    this.#job = job
  }

  /** What lies in a folder, without the folders in `others`, which are owned by somebody else. */
  list(dir: string, others: ReadonlySet<string>): Map<string, string> {
    const files = new Map<string, string>()
    this.#walk(dir, others, files)
    return files
  }

  /** Of one file; `none` where there is none. */
  id(path: string): string {
    return this.#idOf(path)
  }

  #walk(dir: string, others: ReadonlySet<string>, files: Map<string, string>): void {
    const entries = this.#entriesOf(dir)
    if (entries.length === 0 && dir !== '.') files.set(dir, 'folder')
    for (const { name, isFolder } of entries) {
      if (left.has(name)) continue
      const path = dir === '.' ? name : `${dir}/${name}`
      if (!isFolder) files.set(path, this.#idOf(path))
      else if (!others.has(path)) this.#walk(path, others, files)
    }
  }

  #entriesOf(dir: string): KnownFolder['entries'] {
    const full = join(this.root, dir)
    // Before its names: what changes between the two is seen by the next look.
    const stats = lstatSync(full)
    const facts = factsOf(stats)
    const known = this.#folders.get(dir)
    if (known?.isOld && known.facts === facts) return known.entries
    const entries = readdirSync(full, { withFileTypes: true }).map(entry => ({
      name: entry.name,
      isFolder: entry.isDirectory(),
    }))
    this.#folders.set(dir, { facts, entries, isOld: isOld(stats) })
    return entries
  }

  #idOf(path: string): string {
    const full = join(this.root, path)
    const stats = lstatSync(full, { throwIfNoEntry: false })
    // Gone between the list and the look: somebody is at work there, and what comes after will differ.
    if (stats === undefined) return 'none'
    const facts = factsOf(stats)
    const known = this.#known.get(path)
    if (known?.isOld && known.facts === facts) return known.id
    const id = this.#read(full, stats)
    this.#known.set(path, { facts, id, isOld: isOld(stats) })
    return id
  }

  #read(full: string, stats: Stats): string {
    if (stats.isSymbolicLink()) return `link ${readlinkSync(full).replace(this.#job, '')}`
    if (!stats.isFile()) return 'special'
    return `${(stats.mode & 0o111) === 0 ? 'file' : 'program'} ${hash('sha1', movedBytes(readFileSync(full), this.#job, ''), 'hex')}`
  }
}

/** What differs after a change; `ctime` nobody can set. */
const factsOf = ({ ino, size, mtimeMs, ctimeMs, mode }: Stats): string => `${ino} ${size} ${mtimeMs} ${ctimeMs} ${mode}`

function isOld({ mtimeMs, ctimeMs }: Stats): boolean {
  const isInSeconds = mtimeMs % 1_000 === 0 && ctimeMs % 1_000 === 0
  return Date.now() - Math.max(mtimeMs, ctimeMs) > (isInSeconds ? youngInSecondsMs : youngMs)
}
