import { mkdirSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import type { JobRuntime } from './job-runtime.ts'

/** The repository at the commit that runs, beside the workspace. Checked out when it is first asked for. */
export function ownFilesOf({
  machine,
  run,
  folders,
}: Pick<JobRuntime, 'machine' | 'run' | 'folders'>): () => Promise<string> {
  const dest = join(folders.root, 'own')
  const checkOut = async (): Promise<string> => {
    rmSync(dest, { recursive: true, force: true })
    mkdirSync(dest)
    await machine.source.checkout(dest, { sha: run.sha, ref: run.ref, fetchDepth: 1 })
    return dest
  }
  let files: Promise<string> | undefined
  return () => {
    files ??= checkOut()
    return files
  }
}
