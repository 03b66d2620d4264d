import { randomBytes } from 'node:crypto'
import type { Project } from '@gantry/core'
import { isShared } from '../environment.ts'
import type { Foundation } from '../foundation.ts'
import { git } from '../git/git.ts'
import { openRepository, type Repository } from '../git/repository.ts'
import { SharedCommits } from '../git/shared-commits.ts'
import { sharedRepository } from '../git/shared-repository.ts'
import { fetchCommit } from '../github/fetch-commit.ts'
import { GitHubAccess } from '../github/github-access.ts'
import type { ProjectFolders } from '../home/home.ts'
import { type Chronicle, createChronicle } from '../ledger/chronicle.ts'
import { type HeardProject, projectLive } from '../live/project-live.ts'
import { type SharedUploads, sharedUploads } from '../run/shared-uploads.ts'

/** What all parts of one project stand on. */
export interface ProjectBase extends Omit<Foundation, 'live' | 'home'> {
  /** Its row as it was when it was opened; the current one is in ProjectHome. */
  stored: Project
  folders: ProjectFolders
  live: HeardProject
  repository: Repository
  /** What the project asks GitHub with. */
  onGitHub: GitHubAccess
  /** Null where one server keeps the repository. */
  commits: SharedCommits | null
  /** Null where one server keeps what runs upload. */
  uploads: SharedUploads | null
  record: Chronicle
  /** What the hooks of its repository prove themselves with. */
  hookToken: string
  /** Address of its screens. */
  pages(): string
  /** Tells the hooks of its repository where this server listens. */
  writeHooks(): Promise<void>
}

export async function openBase(foundation: Foundation, stored: Project): Promise<ProjectBase> {
  const { home, store, now, url, ownUrl } = foundation
  const { name } = stored
  const folders = home.project(name)
  const live = projectLive(name, foundation.live)
  const hookToken = randomBytes(24).toString('base64url')
  const own = await openRepository(folders.repository)
  const commits = await sharedCommits(foundation, name, folders.repository)
  const onGitHub = new GitHubAccess({ ...foundation, project: name, githubUrl: foundation.environment.githubUrl })
  const repository = sharedRepository(own, async sha => {
    await commits?.sync()
    if (sha !== undefined) await fetchMissing(sha, { path: own.path, github: onGitHub, log: foundation.log })
  })
  return {
    ...foundation,
    commits,
    uploads: commits && sharedUploads({ project: name, objects: foundation.objects, folder: folders.actionsArtifacts }),
    stored,
    folders,
    live,
    repository,
    onGitHub,
    record: createChronicle(name, store.ledger, live, now),
    hookToken,
    pages: () => `${url()}/p/${name}`,
    writeHooks: () =>
      repository.writeHooks({
        ...{ node: process.execPath, url: ownUrl(), token: hookToken, project: name },
        isShared: commits !== null,
      }),
  }
}

/** What GitHub does not give is missing, as it was. */
async function fetchMissing(
  sha: string,
  { path, github, log }: { path: string; github: GitHubAccess; log: Foundation['log'] },
): Promise<void> {
  const isHere = await git(['cat-file', '-e', `${sha}^{commit}`], { cwd: path }).then(
    () => true,
    () => false,
  )
  if (isHere) return
  await fetchCommit(sha, { path, github }).catch(cause => log.warn({ err: cause, sha }, 'GitHub did not give a commit'))
}

async function sharedCommits(
  { environment, store, objects, bus }: Foundation,
  project: string,
  path: string,
): Promise<SharedCommits | null> {
  if (!isShared(environment)) {
    await store.git.forget(project)
    return null
  }
  const onMoved = () => void bus.say('git', project)
  const commits = new SharedCommits({ project, path, objects, store: store.git, onMoved })
  await commits.open()
  return commits
}
