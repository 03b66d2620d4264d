import { existsSync, mkdirSync, realpathSync } from 'node:fs'
import { basename, dirname, join, relative } from 'node:path'
import type { ScriptFolders, ScriptShell, ScriptShells, ScriptStep, WrittenStep } from '@gantry/core'
import { Desk } from './desk.ts'
import type { Activity } from './judge-task.ts'
import { hasProcess } from './left-behind.ts'
import { ownShell } from './own-shell.ts'
import { programIn } from './restorable.ts'
import type { Standings } from './standing.ts'
import { StepTasks } from './step-tasks.ts'
import type { TaskStore } from './task-store.ts'
import { isInstalled, Tree } from './tree.ts'
import type { findViewer, Viewer } from './view/viewer.ts'

/** What is known of a job that is not restored itself. */
interface JobKnown {
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
}

/** Makes pnpm run the scripts of a job's steps by way of us: those that did the same before are restored. */
export function scriptShells(known: JobKnown): ScriptShells {
  let tasks: JobTasks | undefined
  return {
    async open(step) {
      if (!known.files.has('pnpm-lock.yaml')) return undefined
      // Then nobody here knows which of the files people wrote.
      if (step.steps.some(isOfOtherFiles)) return undefined
      tasks ??= jobTasks(known, step.folders)
      const why = whyEveryScriptRuns(step, tasks)
      if (why === undefined) return await openShell(step, tasks)
      if (step.steps[step.number - 1]?.run?.includes('pnpm')) step.say(`every script runs: ${why}`)
      return undefined
    },
  }
}

const isOfOtherFiles = ({ uses = '', with: given }: WrittenStep): boolean =>
  /^actions\/checkout@/.test(uses) && ['ref', 'repository', 'path'].some(name => given[name] !== undefined)

function whyEveryScriptRuns(step: ScriptStep, { tree, files }: JobTasks): string | undefined {
  const manifests = [...files.keys()].filter(path => /(^|\/)package\.json$/.test(path))
  const folders = manifests.map(path => path.slice(0, -'package.json'.length))
  const chosen = ownShell(tree.root, folders, step.env)?.replace(`${tree.root}/`, '')
  return chosen === undefined ? whyMoreThanFiles(step) : `${chosen} says how scripts are run`
}

/** A server or a container of the job: what a script is told by that one is in no file. */
function whyMoreThanFiles({ steps, number, mark }: ScriptStep): string | undefined {
  if (hasProcess(variable => variable === mark)) return 'a step before left a process'
  const scripts = steps.slice(0, number).map(({ run = '' }) => run)
  // What a step fetches is there or it fails; it leaves nothing that runs.
  const program = programIn(scripts.join('\n').replaceAll(/\b(curl|wget)\b/g, ''))
  return program === undefined ? undefined : `${program} in a step may do more than write files`
}

async function openShell(step: ScriptStep, tasks: JobTasks): Promise<ScriptShell> {
  const dir = join(realpathSync(step.folders.files), `tasks-${step.number}-${Math.random().toString(36).slice(2)}`)
  mkdirSync(dir)
  const clerk = new StepTasks(step, tasks, dir)
  const desk = new Desk(join(dir, 'desk'), clerk)
  const shell = await desk.open()
  return {
    // pnpm up to 10 goes by the first, from 11 on by the second.
    env: { npm_config_script_shell: shell, pnpm_config_script_shell: shell },
    end: async () => {
      desk.close()
      await clerk.end()
    },
  }
}

function jobTasks(known: JobKnown, folders: ScriptFolders): JobTasks {
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
  let viewer: Promise<Viewer | undefined> | undefined
  return {
    ...known,
    folders: { ...folders, root },
    tree: tree(below(folders.workspace)),
    beside,
    activities: [],
    filesAmongInstalled: [...known.files.keys()].filter(isInstalled),
    ownFolder,
    viewer() {
      viewer ??= known.findViewer(ownFolder)
      return viewer
    },
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
