import { execFile } from 'node:child_process'
import { chmod, chown } from 'node:fs/promises'
import { promisify } from 'node:util'
import type { Cell, JobUser } from '@gantry/core'
import { giveTo } from '../user/job-user.ts'
import type { JobFolders } from './job-folders.ts'

/**
 * Gives a job that has an account of its own what lies in its folders. Not the folder above them, nor that of its command
 * files: what Gantry writes there while it runs must not be led elsewhere by a link.
 * @param shared folders that jobs of its project have in common; it makes them itself, for they are theirs
 */
export async function giveFolders(
  { folders }: { folders: JobFolders },
  user: JobUser,
  cell: Cell,
  shared: readonly string[],
): Promise<void> {
  const { root, files: _, ...own } = folders
  // Where there are no walls, other accounts do not get in.
  await chown(root, process.getuid?.() ?? 0, user.gid)
  await chmod(root, 0o750)
  await giveTo(user, Object.values(own))
  if (shared.length === 0) return
  const { command, args, cwd, env } = cell.inside({
    command: '/bin/mkdir',
    args: ['-p', ...shared],
    cwd: root,
    env: {},
  })
  await promisify(execFile)(command, args, { cwd, env })
}
