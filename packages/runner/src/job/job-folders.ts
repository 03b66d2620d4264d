import { execFile } from 'node:child_process'
import { createHash } from 'node:crypto'
import { mkdirSync, readdirSync, rmSync } from 'node:fs'
import { rm } from 'node:fs/promises'
import { join } from 'node:path'
import { promisify } from 'node:util'
import type { JobState, RunState } from '@gantry/core'

export interface JobFolders {
  root: string
  /** GITHUB_WORKSPACE. */
  workspace: string
  /** RUNNER_TEMP. */
  temp: string
  /** Command files, scripts and pipes. */
  files: string
  /** Where `npm install --global` puts things. */
  npmPrefix: string
  /** HOME of its steps. */
  home: string
  /** Commands of the job's own, on its PATH. */
  bin: string
}

/** A clean set of folders for one attempt of one job. */
export function makeJobFolders(workDir: string, run: RunState, job: JobState): JobFolders {
  const readable = job.id.replace(/[^A-Za-z0-9._-]+/g, '-').slice(0, 40)
  const unique = createHash('sha256')
    .update(`${run.id}\n${run.attempt}\n${job.id}\n${job.attempt}`)
    .digest('hex')
    .slice(0, 12)
  return foldersIn(join(workDir, `${readable}-${unique}`))
}

/** Those of a job that goes on where it stood. Pipes and command files of the former process are of no use to it. */
export function keptJobFolders(root: string): JobFolders {
  rmSync(join(root, 'files'), { recursive: true, force: true })
  return foldersIn(root)
}

function foldersIn(root: string): JobFolders {
  const folders = {
    root,
    workspace: join(root, 'work'),
    temp: join(root, 'temp'),
    files: join(root, 'files'),
    npmPrefix: join(root, 'npm'),
    home: join(root, 'home'),
    bin: join(root, 'bin'),
  }
  for (const folder of Object.values(folders)) mkdirSync(folder, { recursive: true })
  return folders
}

/** As many as are removed in a millisecond or two; to start a program takes longer. */
const fewFiles = 300

/** Never fails: what cannot be removed now is in nobody's way. */
export async function removeFolder(path: string): Promise<void> {
  if (removedHere(path)) return
  try {
    // From here, the packages of a job would keep this process from its other jobs for seconds.
    await promisify(execFile)('rm', ['-rf', '--', path])
  } catch {
    await rm(path, { recursive: true, force: true, maxRetries: 3, retryDelay: 50 }).catch(() => undefined)
  }
}

/** Few files. A folder that may not be read or changed is left to the program, which removes all around it. */
function removedHere(path: string): boolean {
  try {
    if (roomLeft(path, fewFiles) === null) return false
    rmSync(path, { recursive: true, force: true })
    return true
  } catch {
    return false
  }
}

/** How many more files there may be when so many may; null when there are too many. */
function roomLeft(folder: string, most: number): number | null {
  let left: number | null = most
  for (const entry of readdirSync(folder, { withFileTypes: true })) {
    if (left !== null) left = left === 0 ? null : left - 1
    if (left !== null && entry.isDirectory()) left = roomLeft(join(folder, entry.name), left)
    if (left === null) return null
  }
  return left
}
