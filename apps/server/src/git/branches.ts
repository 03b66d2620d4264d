import type { BigIntStats } from 'node:fs'
import { readdir, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { git } from './git.ts'

export interface Branch {
  name: string
  sha: string
}

/**
 * The branches of a bare repository. git is asked only when one may have changed since: starting a program costs a server of
 * some size ten milliseconds, and every look at the first screen asks for the newest commit of main.
 */
export function branchReader(path: string, ask: () => Promise<Branch[]> = () => askGit(path)): () => Promise<Branch[]> {
  let known: { version: string; branches: Promise<Branch[]> } | null = null
  return async () => {
    const version = await refsVersion(path)
    if (version !== null && known?.version === version) return known.branches
    const branches = ask()
    known = version === null ? null : { version, branches }
    // What failed is asked again.
    branches.catch(() => {
      known = null
    })
    return branches
  }
}

async function askGit(path: string): Promise<Branch[]> {
  const text = await git(['for-each-ref', '--format=%(refname:short) %(objectname)', 'refs/heads'], { cwd: path })
  return text
    .split('\n')
    .filter(Boolean)
    .map(line => {
      const space = line.lastIndexOf(' ')
      return { name: line.slice(0, space), sha: line.slice(space + 1) }
    })
}

/** A change may leave the time of its folder as it was where another came just before it: the clock of a disk is coarse. */
const settledAfterMs = 1_000

/**
 * What is another once a branch is: git makes a file and renames it, which shows in the folder, whether that holds loose
 * branches, packed ones or tables of them (https://git-scm.com/docs/gitrepository-layout). Null: changed so lately that it cannot be told.
 */
async function refsVersion(path: string): Promise<string | null> {
  const folders = [path, join(path, 'reftable'), ...(await foldersBelow(join(path, 'refs', 'heads')))]
  const seen = (await Promise.all(folders.map(seenAt))).filter(stats => stats !== null)
  const newest = Math.max(...seen.map(({ mtimeMs }) => Number(mtimeMs)))
  if (Date.now() - newest < settledAfterMs) return null
  return seen.map(({ ino, mtimeNs }) => `${ino} ${mtimeNs}`).join()
}

async function foldersBelow(folder: string): Promise<string[]> {
  const entries = await readdir(folder, { withFileTypes: true }).catch(() => [])
  const below = entries.filter(entry => entry.isDirectory()).map(({ name }) => foldersBelow(join(folder, name)))
  return [folder, ...(await Promise.all(below)).flat()]
}

const seenAt = (file: string): Promise<BigIntStats | null> => stat(file, { bigint: true }).catch(() => null)
