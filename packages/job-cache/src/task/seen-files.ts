import { existsSync, lstatSync, readdirSync } from 'node:fs'
import { delimiter, dirname, join } from 'node:path'
import type { JobTasks } from './job-tasks.ts'
import type { Activity } from './judge-task.ts'
import type { Workspace } from './projects.ts'
import type { Reach } from './reach.ts'
import type { Listing } from './tree.ts'
import { type Hidden, hideAround } from './view/hidden.ts'

/** Which files the scripts of one step get to see, and which of them count. */
export class SeenFiles {
  readonly #tasks: JobTasks
  /** Scripts of this step. */
  readonly #activities: readonly Activity[]
  /**
   * By package, what was there when the first script of the step asked and is in no checkout. Scripts of a step run side by
   * side: what one that nobody depends on has made by now is chance, and follows from the same files.
   */
  #made: ReadonlyMap<string, Listing> | undefined
  /** Likewise, the names in each folder that may be out of sight. */
  #names: ReadonlyMap<string, string> | undefined

  constructor(tasks: JobTasks, activities: readonly Activity[]) {
    this.#tasks = tasks
    this.#activities = activities
  }

  /** The files as they are, of everything that is in sight. */
  listed(reach: Reach, { dirs }: Workspace): Map<string, string> {
    const { tree } = this.#tasks
    const seen = reach.kind === 'narrow' ? new Set(['.', ...reach.dirs]) : ['.', ...dirs]
    return new Map([...seen].flatMap(dir => [...tree.list(dir, dirs)]))
  }

  /** Those that count. @param listed what `listed` has just answered */
  counted(dir: string, reach: Reach, listed: Listing, workspace: Workspace): Map<string, string> {
    const { tree, filesAmongInstalled, files } = this.#tasks
    const all = new Map(listed)
    for (const path of filesAmongInstalled) all.set(path, tree.id(path))
    if (reach.kind !== 'tree') return all
    this.#made ??= byOwner(new Map([...listed].filter(([path]) => !files.has(path))), workspace)
    const others = new Set(
      this.#activities.map(each => each.dir).filter(each => each !== '.' && each !== dir && !reach.dirs.has(each)),
    )
    if (others.size === 0) return all
    for (const path of listed.keys()) if (others.has(ownerIn(workspace, path)) && !files.has(path)) all.delete(path)
    for (const each of others) for (const [path, id] of this.#made.get(each) ?? []) all.set(path, id)
    return all
  }

  /** What a script with this reach does not see. */
  hidden(reach: Reach, workspace: Workspace, env: Record<string, string>): Hidden[] {
    const { tree, folders, hidden } = this.#tasks
    const path = (env['PATH'] ?? '').split(delimiter).filter(Boolean)
    const needed = [folders.root, ...folders.extraPath, ...path, env['HOME'] ?? '', dirname(process.execPath)]
    const around = hidden.flatMap(folder => hideAround(folder, needed))
    return [...this.#outOf(reach, workspace).map(name => ({ ...placeIn(tree.root, name), name })), ...around]
  }

  /** What of it can be seen all the same. Nothing where all of the checkout is in sight. */
  edges(reach: Reach, workspace: Workspace): string[] | undefined {
    if (reach.kind !== 'narrow') return undefined
    const { tree } = this.#tasks
    this.#names ??= new Map(
      ['.git', ...workspace.dirs].map(each => [each, namesIn(join(tree.root, each)).sort().join(' ')]),
    )
    const names = this.#names
    return this.#outOf(reach, workspace).map(
      each => `${each} ${names.get(each) ?? ''} ${tree.id(join(each, 'package.json'))}`,
    )
  }

  #outOf(reach: Reach, { dirs }: Workspace): string[] {
    if (reach.kind !== 'narrow') return []
    const { root } = this.#tasks.tree
    return ['.git', ...dirs].filter(each => !reach.dirs.has(each) && isFolder(join(root, each)))
  }
}

const placeIn = (root: string, name: string) => ({ folder: join(root, name), withManifest: name !== '.git' })
const isFolder = (path: string): boolean => lstatSync(path, { throwIfNoEntry: false })?.isDirectory() ?? false
const namesIn = (folder: string): string[] => (existsSync(folder) && isFolder(folder) ? readdirSync(folder) : [])

function byOwner(listing: Listing, workspace: Workspace): Map<string, Map<string, string>> {
  const owned = new Map<string, Map<string, string>>()
  for (const [path, id] of listing) {
    const owner = ownerIn(workspace, path)
    const own = owned.get(owner) ?? new Map<string, string>()
    owned.set(owner, own.set(path, id))
  }
  return owned
}

/** The package a file lies in; `.` is none. */
export function ownerIn({ dirs }: Workspace, path: string): string {
  for (let at = path.length; at > 0; at = path.lastIndexOf('/', at - 1)) {
    const folder = path.slice(0, at)
    if (dirs.has(folder)) return folder
  }
  return '.'
}
