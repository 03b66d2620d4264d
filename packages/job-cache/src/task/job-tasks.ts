import { existsSync, realpathSync } from 'node:fs'
import { basename, dirname, join, relative } from 'node:path'
import type { ScriptFolders } from '@gantry/core'
import type { Activity } from './judge-task.ts'
import type { Standings } from './standing.ts'
import type { TaskStore } from './task-store.ts'
import { isInstalled, Tree } from './tree.ts'
import type { VeilPool } from './view/veil-pool.ts'
import type { findViewer, Viewer } from './view/viewer.ts'

/** What is known of a job that is not restored itself. */
export interface JobKnown {
  now(): Date
  store: TaskStore
  standings: Standings
  /** Every file the checkout gets, with the id of its content; others are made by scripts. */
  files: ReadonlyMap<string, string>
  /** The part about the commit, branch and event. */
  about: string
  /** Folders outside of jobs that hold the same files. */
  hidden: readonly string[]
  findViewer: typeof findViewer
  /** What stands for folders out of sight, shared by the jobs of a run. */
  veilsIn(folder: string): VeilPool
}

/** What the steps of one job share about scripts. */
export interface JobTasks extends JobKnown {
  folders: ScriptFolders
  /** The checkout, by its real name. */
  tree: Tree
  /** Folders of the job beside the checkout that scripts may read, each with its name and what in it decides nothing. */
  beside: readonly (readonly [name: string, tree: Tree, without: ReadonlySet<string>])[]
  activities: Activity[]
  /** Files people wrote into a folder of that name, for a test perhaps: those are no installed packages. */
  filesAmongInstalled: readonly string[]
  /** Beside the folder of the job, where its scripts do not see it. */
  ownFolder: string
  viewer(): Promise<Viewer | undefined>
  veils: VeilPool
}

export function jobTasks(known: JobKnown, folders: ScriptFolders): JobTasks {
  const root = realpathSync(folders.root)
  const tree = (...path: string[]): Tree => new Tree(join(root, ...path), folders.root)
  const below = (folder: string): string => relative(folders.root, folder)
  const npm = below(folders.npmPrefix)
  const beside = [
    ['temp', tree(below(folders.temp)), none] as const,
    // Programs that a step installed for itself, by npm install --global or corepack enable.
    ['bin', tree(npm, 'bin'), none] as const,
    ['global', tree(npm, 'lib/node_modules'), none] as const,
    ['commands', tree(below(folders.bin)), none] as const,
    ['home', tree(below(folders.home)), cachesOfHome] as const,
  ]
  const ownFolder = join(dirname(root), `.scripts-${basename(root)}`)
  return {
    ...known,
    folders: { ...folders, root },
    tree: tree(below(folders.workspace)),
    beside,
    activities: [],
    filesAmongInstalled: [...known.files.keys()].filter(isInstalled),
    ownFolder,
    veils: known.veilsIn(dirname(root)),
    viewer: () => known.findViewer(ownFolder),
  }
}

const none: ReadonlySet<string> = new Set()

/** Written by tools at any time. */
const cachesOfHome: ReadonlySet<string> = new Set(['.cache', '.npm', '.local/state', 'Library'])

/**
 * What lies outside of the files of the checkout and may be read all the same, with what is in it.
 * @param generated folders among the installed packages
 */
export function besideOf({ beside, tree }: JobTasks, generated: readonly string[]): string[] {
  const there = beside.filter(([, { root }]) => existsSync(root))
  const listed = [
    ...there.map(([name, each, without]) => [name, each.list('.', without)] as const),
    ...generated.map(folder => [folder, tree.list(folder, new Set())] as const),
  ]
  return listed.flatMap(([name, files]) => [...files].map(([path, id]) => `${name} ${path} ${id}`))
}
