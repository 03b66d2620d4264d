import { execFile } from 'node:child_process'
import { existsSync } from 'node:fs'
import { mkdir, rm } from 'node:fs/promises'
import { join, resolve } from 'node:path'
import { promisify } from 'node:util'
import type { Source } from '../run/machine.ts'
import type { Contents } from './contents-of.ts'
import { copyFiles } from './copy-files.ts'
import { git } from './git.ts'

/** What the checkouts of one run share. */
interface SharedCheckouts {
  /** What lies in the working tree, asked for once. */
  contents(): Promise<Contents>
  /** For a clone that the others are copies of: where no job sees it, and gone with the run. */
  folder: string
}

/**
 * The files of a repository as they lie there now, uncommitted and untracked ones included, ignored ones not.
 * Only reads it. A checkout that asks for another ref than the run's gets that commit, as committed.
 */
export function workingTreeSource(dir: string, shared?: SharedCheckouts): Source {
  const folder = resolve(dir)
  const topOf = async (): Promise<string> => (await git(folder, 'rev-parse', '--show-toplevel')).trim()
  let cloned: Promise<string> | undefined
  const clone = async (dest: string): Promise<string> => {
    const top = await topOf()
    await git('/', 'clone', '--quiet', '--shared', '--no-checkout', top, dest)
    return top
  }
  return {
    checkout: async (dest, { sha, ref }) => {
      if (ref === undefined) {
        await clone(dest)
        await git(dest, 'checkout', '--quiet', '--force', '--detach', sha)
        return
      }
      if (shared === undefined) {
        const top = await clone(dest)
        const [names] = await Promise.all([filesOf(top), asCommitted(dest)])
        await copyFiles(top, dest, names)
        return
      }
      cloned ??= rm(shared.folder, { recursive: true, force: true })
        .then(() => clone(shared.folder))
        .then(top => asCommitted(shared.folder).then(() => top))
      // git adds no file it cannot read, and no repository without a commit; it lists them all the same.
      const known = shared.contents().then(namesIn, () => undefined)
      const top = await cloned
      const names = (await known) ?? (await filesOf(top))
      await Promise.all([copyFiles(top, dest, names), copyFolder(join(shared.folder, '.git'), dest)])
    },
    submodules: async (dest, isRecursive) => {
      const top = await topOf()
      await copySubmodules(top, dest, isRecursive)
    },
  }
}

const submodule = '160000 '
const namesIn = ({ files }: Contents): string[] =>
  [...files].filter(([, id]) => !id.startsWith(submodule)).map(([name]) => name)

/** HEAD and index as committed, files as they are: `git status` in the job shows what is not committed. */
const asCommitted = (dest: string): Promise<string> => git(dest, 'reset', '--quiet').catch(() => '')

/** With its times: git compares them with those of files. */
const copyFolder = (folder: string, into: string): Promise<unknown> =>
  promisify(execFile)('cp', ['-Rp', '--', folder, into])

/** As they lie in the working tree, like everything else: what is committed in them is not asked for, and nothing is fetched. */
async function copySubmodules(top: string, dest: string, isRecursive: boolean): Promise<void> {
  const staged = (await git(top, 'ls-files', '-z', '--stage')).split('\0')
  for (const line of staged.filter(each => each.startsWith(submodule))) {
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
  const tracked = staged.filter(line => !line.startsWith(submodule)).map(line => line.slice(line.indexOf('\t') + 1))
  const gone = new Set(deleted)
  return [...new Set([...tracked.filter(name => !gone.has(name)), ...others.filter(name => !name.endsWith('/'))])]
}
