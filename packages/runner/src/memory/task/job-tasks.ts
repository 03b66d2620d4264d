import { existsSync, realpathSync } from 'node:fs'
import { join, relative } from 'node:path'
import type { JobFolders } from '../../job/job-folders.ts'
import type { Activity } from './judge-task.ts'
import type { TaskMemory } from './task-memory.ts'
import { Tree } from './tree.ts'

/** What the memory of jobs hands to a job it could not restore, for its scripts. */
export interface TaskFacts {
  memory: TaskMemory
  /** Every file the checkout gets; others are made by scripts. */
  files: ReadonlyMap<string, string>
  /** What a script reads is told by its text; else it is everything. */
  guesses: boolean
  /** The part about the commit, branch and event, where those decide. */
  about: string | undefined
  /** Told when a script was restored, and when it had run: what is made of it is as old. */
  restoredOf(rememberedAt: string): void
}

/** What the steps of one job share about scripts. */
export interface JobTasks extends TaskFacts {
  /** The checkout, by its real name. */
  tree: Tree
  /** Folders of the job beside the checkout that scripts may read, each with its name and what in it decides nothing. */
  beside: readonly (readonly [name: string, tree: Tree, without: ReadonlySet<string>])[]
  activities: Activity[]
}

export function jobTasks(facts: TaskFacts, folders: JobFolders): JobTasks {
  const tree = (...path: string[]): Tree => new Tree(join(realpathSync(folders.root), ...path), folders.root)
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
  return { ...facts, tree: tree(below(folders.workspace)), beside, activities: [] }
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
