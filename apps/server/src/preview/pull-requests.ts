import type { Checks, PullRequest, Store } from '@gantry/core'
import { newestRunOf, readPull } from '@gantry/github'
import type { Repository } from '../git/repository.ts'
import type { ConnectedGitHub, GitHubAccess } from '../github/github-access.ts'

/** Pull requests of a project, wherever they are. */
export interface PullRequests {
  /** How often they are asked about whose end nobody told. */
  askEveryMs: number
  /** Null when there is none of that number. @throws GantryError VENDOR_REFUSED */
  find(number: number): Promise<PullRequest | null>
  /** The newest run of a workflow file for a commit; null when there is none. */
  checks(sha: string, workflow: string): Promise<Checks | null>
}

export interface PullRequestParts {
  project: string
  store: Pick<Store, 'projects' | 'runs'>
  repository: Pick<Repository, 'branches' | 'head' | 'between' | 'commit'>
  github: Pick<GitHubAccess, 'connected'>
}

/** Of GitHub where the project is connected, else the branches that were pushed here. */
export function pullRequests(parts: PullRequestParts): PullRequests {
  const either = async <T>(there: (github: ConnectedGitHub) => Promise<T>, here: () => Promise<T>): Promise<T> => {
    const connected = await parts.github.connected()
    return connected ? there(connected) : here()
  }
  return {
    askEveryMs: lookEveryMs,
    find: number =>
      either(
        ({ client, repo }) => readPull(client, repo, number),
        () => pushedHere(number, parts),
      ),
    checks: (sha, workflow) =>
      either(
        async ({ client, repo }) => {
          const run = await newestRunOf(client, repo, { workflow, sha })
          return run && { workflow, ...run }
        },
        () => ranHere(sha, workflow, parts),
      ),
  }
}

/** A webhook is here in a second; this is for those that never come. An answer that did not change costs nothing of the limit. */
const lookEveryMs = 60_000
const runsLookedAt = 50

async function ranHere(sha: string, workflow: string, { project, store }: PullRequestParts): Promise<Checks | null> {
  const runs = await store.runs.list(project, { sha, limit: runsLookedAt })
  const run = runs.find(({ workflowPath }) => workflowPath.endsWith(`/${workflow}`))
  if (!run) return null
  const isOver = run.status === 'completed'
  const said = (isOver ? run.conclusion : run.status) ?? 'failure'
  return { workflow, isOver, isGreen: isOver && run.conclusion === 'success', said }
}

/** A branch that was pushed here is a pull request towards main, until it is removed or all of it is in main. */
async function pushedHere(number: number, parts: PullRequestParts): Promise<PullRequest | null> {
  const { project, store, repository } = parts
  for (const { name: branch, sha } of await repository.branches()) {
    if ((await store.projects.setting(project, `pull-request:${branch}`)) !== number) continue
    const { title, author } = await repository.commit(sha)
    const isMerged = (await repository.head('main')) !== null && (await repository.between('main', sha)).length === 0
    return { number, title, branch, author, sha, state: isMerged ? 'merged' : 'open', isFork: false, page: null }
  }
  return null
}
