import { constants } from 'node:fs'
import { copyFile, lstat, mkdir, readlink, symlink } from 'node:fs/promises'
import { dirname, join, resolve } from 'node:path'
import type { Source } from '../run/machine.ts'
import { git } from './git.ts'

const COPIES_AT_ONCE = 32

/**
 * The files of a repository as they lie there now, uncommitted and untracked ones included, ignored ones not.
 * Only reads it. A checkout that asks for another ref than the run's gets that commit, as committed.
 */
export function workingTreeSource(dir: string): Source {
  const folder = resolve(dir)
  return {
    checkout: async (dest, { sha, ref }) => {
      const top = (await git(folder, 'rev-parse', '--show-toplevel')).trim()
      await git('/', 'clone', '--quiet', '--shared', '--no-checkout', top, dest)
      if (ref === undefined) {
        await git(dest, 'checkout', '--quiet', '--force', '--detach', sha)
        return
      }
      // HEAD and index as committed, files as they are: `git status` in the job shows what is not committed.
      await git(dest, 'reset', '--quiet').catch(() => '')
      await copyAll(top, dest, await filesOf(top))
    },
  }
}

async function filesOf(top: string): Promise<string[]> {
  const listed = await git(top, 'ls-files', '-z', '--cached', '--others', '--exclude-standard')
  return [...new Set(listed.split('\0').filter(name => name !== ''))]
}

async function copyAll(from: string, to: string, names: string[]): Promise<void> {
  const made = new Set<string>()
  const queue = names.values()
  const work = async (): Promise<void> => {
    for (const name of queue) {
      const folder = dirname(join(to, name))
      if (!made.has(folder)) {
        await mkdir(folder, { recursive: true })
        made.add(folder)
      }
      await copyOne(join(from, name), join(to, name))
    }
  }
  await Promise.all(Array.from({ length: COPIES_AT_ONCE }, work))
}

/** Files deleted but still in the index are left out; submodules are folders and left out too. */
async function copyOne(from: string, to: string): Promise<void> {
  const stats = await lstat(from).catch(() => undefined)
  if (stats?.isSymbolicLink()) await symlink(await readlink(from), to)
  else if (stats?.isFile()) await copyFile(from, to, constants.COPYFILE_FICLONE)
}
