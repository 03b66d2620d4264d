import { git } from './git.ts'
import type { Repository } from './repository.ts'

/** As many commits are remembered as there are asked for again and again. */
const heldAtMost = 5_000

/**
 * A repository of which others have copies, too: what it is asked for and lacks it has brought before it answers.
 * @param sync brings the branches here, and that commit where one is named
 */
export function sharedRepository(repository: Repository, sync: (sha?: string) => Promise<void>): Repository {
  const held = new Set<string>()
  const isHere = (sha: string) =>
    git(['cat-file', '-e', `${sha}^{commit}`], { cwd: repository.path }).then(
      () => true,
      () => false,
    )
  const hold = async (sha: string) => {
    if (held.has(sha)) return
    if (!(await isHere(sha))) {
      await sync(sha)
      if (!(await isHere(sha))) return
    }
    if (held.size >= heldAtMost) held.clear()
    held.add(sha)
  }
  const of =
    <A extends unknown[], T>(look: (sha: string, ...rest: A) => Promise<T>) =>
    async (sha: string, ...rest: A): Promise<T> => {
      await hold(sha)
      return look(sha, ...rest)
    }
  const upTo =
    <F extends string | null, T>(look: (from: F, to: string) => Promise<T>) =>
    async (from: F, to: string): Promise<T> => {
      if (from !== null) await hold(from)
      await hold(to)
      return look(from, to)
    }
  return {
    ...repository,
    hold,
    commit: of(repository.commit),
    files: of(repository.files),
    file: of(repository.file),
    source: of(repository.source),
    lastChange: of(repository.lastChange),
    between: upTo(repository.between),
    changedFiles: upTo(repository.changedFiles),
    writtenSince: upTo(repository.writtenSince),
    async contains(branch, sha) {
      await sync()
      return repository.contains(branch, sha)
    },
    async head(branch) {
      await sync()
      return repository.head(branch)
    },
    async branches() {
      await sync()
      return repository.branches()
    },
  }
}
