import { createHash } from 'node:crypto'
import { mkdir, readdir, readFile, rename, rm, stat, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { RunState } from '@gantry/core'
import { GantryError } from '@gantry/core/errors'
import type { Standstill } from '@gantry/runner/local'
import type { Workflow } from '@gantry/workflow'
import type { Host } from '../host.ts'
import { cacheHome } from './cache-home.ts'

const longestMs = 7 * 86_400_000
/** Working copies with their installed packages are large. */
const mostRuns = 3

/** A run that failed, so that it can go on: what is needed for it beside its folder. */
export interface KeptRun {
  /** With the working copies of the failed jobs and the artifacts of all. */
  folder: string
  /** The person asked for it with --keep: it is never removed here. */
  isAskedFor: boolean
  run: RunState
  workflow: Workflow
  /** `--job`, as given then. */
  job?: string
  stood: [job: string, at: Standstill][]
  /** Each file of the repository with the id of its content, as checked out. */
  files: [path: string, id: string][]
  /** Folders that hold a copy of the working tree. */
  copies: string[]
}

/** Keeps it in place of the former one of the same file; of all files the newest few are kept, for a week. */
export async function keepRun(host: Host, top: string, kept: KeptRun): Promise<void> {
  const folder = folderOf(host)
  // Steps may have put anything into their environment: only this user reads it.
  await mkdir(folder, { recursive: true, mode: 0o700 })
  await forgetRun(host, top, kept.run.workflowPath, kept.folder)
  const path = fileOf(host, top, kept.run.workflowPath)
  await writeFile(`${path}.${process.pid}`, JSON.stringify(kept), { mode: 0o600 })
  await rename(`${path}.${process.pid}`, path)
  await prune(folder, host.now())
}

/** @throws GantryError NOTHING_TO_CONTINUE when none is kept, or its folder is gone */
export async function findRun(host: Host, top: string, workflowPath: string): Promise<KeptRun> {
  const kept = await read(fileOf(host, top, workflowPath))
  if (kept && host.now().getTime() - Date.parse(kept.run.createdAt) <= longestMs && (await isThere(kept.folder)))
    return kept
  throw new GantryError('NOTHING_TO_CONTINUE', `expected a failed run of ${workflowPath} on this machine, got none`)
}

/** Takes a run out of what is kept, and removes its folder unless it is `spared`. */
export async function forgetRun(host: Host, top: string, workflowPath: string, spared?: string): Promise<void> {
  await drop(fileOf(host, top, workflowPath), spared)
}

async function drop(path: string, spared?: string): Promise<void> {
  const kept = await read(path)
  await rm(path, { force: true })
  if (kept && !kept.isAskedFor && kept.folder !== spared)
    await rm(kept.folder, { recursive: true, force: true, maxRetries: 3 })
}

async function prune(folder: string, now: Date): Promise<void> {
  const names = (await readdir(folder)).filter(name => name.endsWith('.json'))
  const found = await Promise.all(
    names.map(async name => {
      const path = join(folder, name)
      return { path, at: (await stat(path).catch(() => null))?.mtimeMs ?? 0 }
    }),
  )
  const old = found
    .sort((a, b) => b.at - a.at)
    .filter(({ at }, index) => index >= mostRuns || now.getTime() - at > longestMs)
  for (const { path } of old) await drop(path)
}

/** One that cannot be read is none. */
async function read(path: string): Promise<KeptRun | null> {
  try {
    return JSON.parse(await readFile(path, 'utf8')) as KeptRun
  } catch {
    return null
  }
}

const isThere = (path: string): Promise<boolean> =>
  stat(path).then(
    facts => facts.isDirectory(),
    () => false,
  )

const folderOf = (host: Host): string => join(cacheHome(host), 'failed')

function fileOf(host: Host, top: string, workflowPath: string): string {
  const hash = createHash('sha256').update(`${top}\n${workflowPath}`).digest('hex').slice(0, 32)
  return join(folderOf(host), `${hash}.json`)
}
