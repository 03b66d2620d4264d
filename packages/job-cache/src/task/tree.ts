import { hash } from 'node:crypto'
import { lstatSync, readdirSync, readFileSync, readlinkSync } from 'node:fs'
import { join } from 'node:path'
import { movedBytes } from './moved.ts'

/** Path below the root, and what is there: `<kind> <id of the content>`. */
export type Listing = ReadonlyMap<string, string>

/** Never an input: what is installed follows from the lockfile, and history is no file of the checkout. */
const left = new Set(['node_modules', '.git', '.pnpm-store'])
export const isInstalled = (path: string): boolean => path.split('/').some(part => left.has(part))

/** A file as young as that may have changed again within the same tick of the clock. */
const youngMs = 50

interface Known {
  facts: string
  id: string
  /** Whether it can be told by its facts alone that it has not changed. */
  isOld: boolean
}

/** The files below a folder as they are now. Contents are read again only when a file's times, size or number differ. */
export class Tree {
  readonly root: string
  readonly #job: string
  readonly #known = new Map<string, Known>()

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
    const entries = readdirSync(join(this.root, dir), { withFileTypes: true })
    if (entries.length === 0 && dir !== '.') files.set(dir, 'folder')
    for (const entry of entries) {
      if (left.has(entry.name)) continue
      const path = dir === '.' ? entry.name : `${dir}/${entry.name}`
      if (!entry.isDirectory()) files.set(path, this.#idOf(path))
      else if (!others.has(path)) this.#walk(path, others, files)
    }
  }

  #idOf(path: string): string {
    const full = join(this.root, path)
    const stats = lstatSync(full, { throwIfNoEntry: false })
    // Gone between the list and the look: somebody is at work there, and what comes after will differ.
    if (stats === undefined) return 'none'
    if (stats.isSymbolicLink()) return `link ${readlinkSync(full).replace(this.#job, '')}`
    if (!stats.isFile()) return 'special'
    // A change that comes after a file was read while old differs by more than a number of milliseconds leaves out.
    const facts = `${stats.ino} ${stats.size} ${stats.mtimeMs} ${stats.ctimeMs} ${stats.mode}`
    const known = this.#known.get(path)
    if (known?.isOld && known.facts === facts) return known.id
    const id = `${(stats.mode & 0o111) === 0 ? 'file' : 'program'} ${hash('sha1', movedBytes(readFileSync(full), this.#job, ''), 'hex')}`
    this.#known.set(path, { facts, id, isOld: Date.now() - Math.max(stats.mtimeMs, stats.ctimeMs) > youngMs })
    return id
  }
}
