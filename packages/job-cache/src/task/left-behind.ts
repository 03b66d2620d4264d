import { execFile } from 'node:child_process'
import { existsSync, lstatSync, readdirSync, readFileSync, readlinkSync } from 'node:fs'
import { mkdir, rm, symlink, writeFile } from 'node:fs/promises'
import { basename, dirname, join } from 'node:path'
import { setTimeout } from 'node:timers/promises'
import { promisify } from 'node:util'
import { movedBytes } from './moved.ts'
import type { Left, RememberedTask } from './task-store.ts'
import type { Listing } from './tree.ts'

/** More than that is not remembered; the script runs again. */
const mostBytes = 128 * 2 ** 20

/** What a script wrote, as it is now. Throws with the reason when it cannot be put elsewhere as it is. */
export function readLeft(root: string, jobRoot: string, wrote: readonly string[], after: Listing): Left[] {
  let bytes = 0
  return wrote.map((path): Left => {
    const full = join(root, path)
    if (after.get(path) === 'folder') return { path, kind: 'folder' }
    const facts = lstatSync(full)
    if (facts.isSymbolicLink()) return { path, kind: 'link', target: readlinkSync(full) }
    bytes += facts.size
    if (bytes > mostBytes) throw new Error(`it wrote more than ${mostBytes >> 20} MiB`)
    const content = readFileSync(full)
    if (content.includes(jobRoot) && content.includes(0))
      throw new Error(`${path} is no text and holds the folder of this run`)
    return { path, kind: 'file', mode: facts.mode & 0o777, bytes: content }
  })
}

/** Puts back what a task left behind, the folder it ran in now being `jobRoot`. */
export async function putBack(root: string, jobRoot: string, task: RememberedTask): Promise<void> {
  for (const path of task.gone) await rm(join(root, path), { recursive: true, force: true })
  for (const each of task.left) {
    const full = join(root, each.path)
    const before = lstatSync(full, { throwIfNoEntry: false })
    if (before && (before.isSymbolicLink() || before.isDirectory() !== (each.kind === 'folder')))
      await rm(full, { recursive: true, force: true })
    await mkdir(each.kind === 'folder' ? full : dirname(full), { recursive: true })
    if (each.kind === 'link') await symlink(each.target.replaceAll(task.root, jobRoot), full)
    if (each.kind !== 'file') continue
    await rm(full, { force: true })
    await writeFile(full, movedBytes(each.bytes, task.root, jobRoot), {
      mode: each.mode,
    })
  }
}

/** A process that is about to end anyway may be there a moment longer than the script that started it. */
const endingMs = [0, 50, 200]

/** Whether a process that a script started stays. Only `/proc` tells; elsewhere nobody knows of any. */
export async function hasLeftProcess(ticket: string): Promise<boolean> {
  for (const ms of endingMs) {
    if (ms > 0) await setTimeout(ms)
    if (!hasProcess(isOf(ticket))) return false
  }
  return true
}

export function killLeft(ticket: string): void {
  for (const pid of processesWith(isOf(ticket))) kill(pid)
}

/** One that ended between being found and being killed is gone, which is what was wanted. */
function kill(pid: number): void {
  try {
    process.kill(pid, 'SIGKILL')
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).code !== 'ESRCH') throw cause
  }
}

const isOf =
  (ticket: string) =>
  (variable: string): boolean =>
    variable.startsWith('GANTRY_TASK=') && variable.includes(` ${ticket} `)

/** Whether there is a process with such a variable in its environment. */
export const hasProcess = (isMeant: (variable: string) => boolean): boolean =>
  processesWith(isMeant).next().done === false

function* processesWith(isMeant: (variable: string) => boolean): Generator<number> {
  if (!existsSync('/proc/self/environ')) return
  for (const pid of readdirSync('/proc')) {
    if (/^\d+$/.test(pid) && environmentOf(pid).some(isMeant)) yield Number(pid)
  }
}

function environmentOf(pid: string): string[] {
  try {
    return readFileSync(`/proc/${pid}/environ`, 'latin1').split('\0')
  } catch {
    // It ended, or is somebody else's.
    return []
  }
}

/**
 * Folders that are generated into `node_modules`, such as `.prisma`: by convention their names begin with a dot. What is in
 * them does not follow from the lockfile.
 */
export function generatedIn(root: string, dirs: readonly string[]): string[] {
  const list = (folder: string): string[] => {
    const full = join(root, folder)
    return existsSync(full) ? readdirSync(full).map(name => join(folder, name)) : []
  }
  const store = list('node_modules/.pnpm').map(folder => join(folder, 'node_modules'))
  const installed = [...dirs.map(dir => join(dir, 'node_modules')), ...store]
  return installed
    .flatMap(list)
    .filter(path => {
      const name = basename(path)
      return name.startsWith('.') && !/^\.(bin|pnpm.*|.*cache|vite.*|tmp|modules\.yaml)$/.test(name)
    })
    .filter(path => lstatSync(join(root, path)).isDirectory())
}

/** Caches and notes that tools and pnpm itself keep there: what is in them decides nothing. */
const notCounted = ['.*cache', '.vite*', '.tmp', '.modules.yaml', '.pnpm-*']

/** What was written into folders of installed packages since a file was made, with the time. Nothing of it is an input. */
export async function writtenInto(folders: readonly string[], since: string): Promise<{ path: string; at: number }[]> {
  if (folders.length === 0) return []
  const names = notCounted.flatMap(name => ['-name', name, '-o']).slice(0, -1)
  // A link that is made to a file of the store changes its ctime, in every job: the times of contents are what counts.
  const { stdout } = await promisify(execFile)(
    'find',
    [...folders, '(', ...names, ')', '-prune', '-o', '-newer', since, '!', '-name', 'node_modules', '-print0'],
    { maxBuffer: 2 ** 28 },
  )
  return stdout
    .split('\0')
    .filter(Boolean)
    .map(path => ({ path, at: lstatSync(path, { throwIfNoEntry: false })?.mtimeMs ?? 0 }))
}
