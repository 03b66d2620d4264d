import {
  authorsOf,
  type Changeset,
  type DeploymentStore,
  dependencyChanges,
  type FilePair,
  pendingMigrations,
  type Release,
  type ReleaseComparison,
  readChangeset,
  variableChanges,
} from '@gantry/core'
import type { Repository } from '../git/repository.ts'
import { comparedEnv } from './env-changes.ts'

type Reads = Pick<Repository, 'between' | 'changedFiles' | 'file'>

/** More than are changed by a release people look at file by file. */
const filesRead = 200

/** What one release has that another has not. */
export async function compareReleases(
  from: Release,
  to: Release,
  { repository, deployments }: { repository: Reads; deployments: Pick<DeploymentStore, 'list' | 'live'> },
): Promise<ReleaseComparison> {
  const [commits, takenBack, files, env] = await Promise.all([
    repository.between(from.sha, to.sha),
    repository.between(to.sha, from.sha),
    repository.changedFiles(from.sha, to.sha),
    comparedEnv(from, to, deployments),
  ])
  const pairs = (name: RegExp) =>
    filePairs(
      files.filter(file => name.test(file)),
      from,
      to,
      repository,
    )
  return {
    ...{ from: from.id, to: to.id, commits, takenBack, files, env },
    authors: authorsOf(commits),
    migrations: {
      added: pendingMigrations(to.migrations, from.migrations),
      missing: pendingMigrations(from.migrations, to.migrations),
    },
    variables: (await pairs(/(^|\/)\.env(\.[\w-]+)?\.example$/)).flatMap(variableChanges),
    dependencies: (await pairs(/(^|\/)package\.json$/)).flatMap(dependencyChanges),
  }
}

/** Changesets that came with it: as they stand in it, or as they stood before a version took them up. */
export async function changesetsIn({ files, from, to }: ReleaseComparison, repository: Reads): Promise<Changeset[]> {
  const own = files.filter(file => /(^|\/)\.changeset\/(?!README)[^/]+\.md$/i.test(file))
  const pairs = await filePairs(own, { sha: from }, { sha: to }, repository)
  return pairs.flatMap(({ before, after }) => readChangeset(after ?? before ?? '') ?? [])
}

async function filePairs(
  files: readonly string[],
  from: Pick<Release, 'sha'>,
  to: Pick<Release, 'sha'>,
  repository: Reads,
): Promise<FilePair[]> {
  const read = (sha: string, file: string) => repository.file(sha, file).catch(() => null)
  const pairs: FilePair[] = []
  for (const file of files.slice(0, filesRead))
    pairs.push({ file, before: await read(from.sha, file), after: await read(to.sha, file) })
  return pairs
}
