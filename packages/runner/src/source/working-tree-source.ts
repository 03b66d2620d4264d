import { existsSync } from 'node:fs'
import { mkdir } from 'node:fs/promises'
import { join, resolve } from 'node:path'
import type { Source } from '../run/machine.ts'
import { copyFiles } from './copy-files.ts'
import { git } from './git.ts'

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
      const [names] = await Promise.all([filesOf(top), git(dest, 'reset', '--quiet').catch(() => '')])
      await copyFiles(top, dest, names)
    },
    submodules: async (dest, isRecursive) => {
      const top = (await git(folder, 'rev-parse', '--show-toplevel')).trim()
      await copySubmodules(top, dest, isRecursive)
    },
  }
}

/** As they lie in the working tree, like everything else: what is committed in them is not asked for, and nothing is fetched. */
async function copySubmodules(top: string, dest: string, isRecursive: boolean): Promise<void> {
  const staged = (await git(top, 'ls-files', '-z', '--stage')).split('\0')
  for (const line of staged.filter(each => each.startsWith('160000 '))) {
    const path = line.slice(line.indexOf('\t') + 1)
    const own = join(top, path)
    if (!existsSync(join(own, '.git')))
      throw new Error(
        `expected submodule ${path} in the working tree, got none; fetch it: git submodule update --init --recursive`,
      )
    await mkdir(join(dest, path), { recursive: true })
    await copyFiles(own, join(dest, path), await filesOf(own))
    if (isRecursive) await copySubmodules(own, join(dest, path), isRecursive)
  }
}

/** Not those deleted but still in the index, nor submodules and repositories inside, which are folders. */
async function filesOf(top: string): Promise<string[]> {
  const list = async (...args: string[]): Promise<string[]> =>
    (await git(top, 'ls-files', '-z', ...args)).split('\0').filter(name => name !== '')
  const [staged, others, deleted] = await Promise.all([
    list('--stage'),
    list('--others', '--exclude-standard'),
    list('--deleted'),
  ])
  const tracked = staged.filter(line => !line.startsWith('160000 ')).map(line => line.slice(line.indexOf('\t') + 1))
  const gone = new Set(deleted)
  return [...new Set([...tracked.filter(name => !gone.has(name)), ...others.filter(name => !name.endsWith('/'))])]
}
