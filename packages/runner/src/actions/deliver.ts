import { execFile } from 'node:child_process'
import { mkdir, mkdtemp, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { promisify } from 'node:util'
import type { JobRuntime } from '../job/job-runtime.ts'
import { giveTo } from '../user/job-user.ts'

const run = promisify(execFile)

/** See `ActionCall.deliver`. Where jobs have no account of their own, the folder is the place itself. */
export async function deliver(
  { cell, user, folders, sight }: Pick<JobRuntime, 'cell' | 'user' | 'folders' | 'sight'>,
  dest: string,
  fill: (folder: string) => Promise<unknown>,
): Promise<void> {
  sight.place(dest)
  if (cell === undefined || user === undefined) {
    await mkdir(dest, { recursive: true })
    await fill(dest)
    return
  }
  const folder = await mkdtemp(join(folders.root, '.delivered-'))
  try {
    await fill(folder)
    await giveTo(user, [folder])
    const script = 'mkdir -p -- "$1" && cp -a --reflink=auto -- "$0/." "$1/"'
    const words = ['-c', script, folder, dest]
    const { command, args, cwd, env } = cell.inside({ command: '/bin/sh', args: words, cwd: folders.root, env: {} })
    await run(command, args, { cwd, env })
  } catch (cause) {
    throw new Error(`${dest} could not be written: ${toldBy(cause)}`, { cause })
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
}

function toldBy(cause: unknown): string {
  if (cause instanceof Error && 'stderr' in cause && String(cause.stderr).trim() !== '')
    return String(cause.stderr).trim()
  return cause instanceof Error ? cause.message : String(cause)
}
