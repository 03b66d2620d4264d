import { resolve } from 'node:path'
import type { Source } from '../run/machine.ts'
import { git } from './git.ts'

/**
 * Commits of a local repository, bare or not. Objects are shared with it, not copied, so history is always
 * whole and a checkout costs as much as writing its files.
 */
export function gitSource(repoPath: string): Source {
  const repository = resolve(repoPath)
  return {
    checkout: async (dest, { sha, ref }) => {
      await git('/', 'clone', '--quiet', '--shared', '--no-checkout', repository, dest)
      const commit = await commitOf(dest, sha)
      const branch = /^refs\/heads\/(.+)$/.exec(ref ?? '')?.[1] ?? (commit.isBranch ? sha : undefined)
      if (branch === undefined) await git(dest, 'checkout', '--quiet', '--force', '--detach', commit.sha)
      else await git(dest, 'checkout', '--quiet', '--force', '-B', branch, commit.sha)
    },
  }
}

/** A commit id, tag, or branch; branches of the repository are `origin/…` in the clone. */
async function commitOf(clone: string, name: string): Promise<{ sha: string; isBranch: boolean }> {
  const short = name.replace(/^refs\/heads\//, '')
  const candidates = [
    { spec: name, isBranch: false },
    { spec: `refs/remotes/origin/${short}`, isBranch: true },
  ]
  for (const { spec, isBranch } of candidates) {
    const found = await git(clone, 'rev-parse', '--verify', '--quiet', '--end-of-options', `${spec}^{commit}`).catch(
      () => undefined,
    )
    if (found !== undefined) return { sha: found.trim(), isBranch: isBranch && !name.startsWith('refs/') }
  }
  throw new Error(`expected a commit, branch or tag of the repository, got "${name}"`)
}
