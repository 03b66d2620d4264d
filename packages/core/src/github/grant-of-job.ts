import type { Config } from '../config/config.ts'
import { mayAct } from '../person/acts.ts'
import type { Role } from '../person/person.ts'
import { isPreview, isPreviewWorkflow, previewNumber, previewPlace } from '../preview/preview.ts'
import { previewOfRef } from '../preview/preview-job.ts'
import { spokenRole } from '../promotion/votes.ts'
import { isUndoRun } from '../run/rollback-workflow.ts'
import { environmentsOf, isOfBranch } from '../secret/values-for-run.ts'
import { type GitHubConnection, isSameRepository } from './github-connection.ts'

/** A job on GitHub, as the token says that GitHub signed for it. */
export interface GitHubJob {
  repository: string
  repositoryId: number
  /** As in `refs/heads/main`. */
  ref: string
  sha: string
  event: string
  /** `owner/name/.github/workflows/deploy.yml@refs/heads/main` */
  workflow: string
  runId: number
  runAttempt: number
  actor: string
  /** Number of that account. */
  actorId: number | null
  /** Null for a job without `environment:`. */
  environment: string | null
}

export type GitHubGrant =
  | {
      kind: 'granted'
      scopes: string[]
      /** Of a pull request, which has to be looked at: it may be of a fork. */
      pull?: number
      /** The job only says which: it has to be merged, after which nothing is ever deployed to its preview. */
      isMerged?: true
    }
  | { kind: 'refused'; because: string }

/** What is asked for, and by whom as far as that is known here. */
export interface AskedGrant {
  /** The environment the job names itself; null: none. */
  environment: string | null
  /** What whoever started it is in the project, null for nobody of it; left out where the account is nobody's here. */
  starter?: Role | null
}

/**
 * What a job on GitHub may do here. The same rule as for jobs of Gantry's own runs: what a pull request brings was written by
 * anybody and gets nothing; a job of a branch may look; one of a branch that leads to environments may record releases; one of
 * those environments may deploy there, or roll back where its file undoes and somebody started it. Whoever may start a run on GitHub
 * starts it, unless they are known here and may not do it here.
 */
export function grantOfGitHubJob(
  job: GitHubJob,
  trusted: Pick<GitHubConnection, 'repository' | 'repositoryId'>,
  config: Config | null,
  { environment: asked, starter }: AskedGrant,
): GitHubGrant {
  if (!isSameRepository(job.repository, trusted.repository))
    return refused(`it is of ${job.repository}, this project trusts ${trusted.repository}`)
  if (trusted.repositoryId !== null && job.repositoryId !== trusted.repositoryId)
    return refused(`${job.repository} is another repository than the one of that name that was connected`)
  const preview = previewOf(job, config, asked)
  if (preview) return preview
  if (!isOfBranch(job))
    return refused(
      `a run of ${job.event} may bring files that anybody wrote; expected push, schedule or workflow_dispatch`,
    )
  const file = fileOf(job)
  if (file === null) return refused('its workflow file is not of the ref it runs for')
  const reachable = environmentsOf(job.ref, config)
  const environment = reachable.find(name => name === job.environment) ?? null
  if (asked !== null && asked !== environment)
    return refused(`it asks for ${asked}, and ${whyNot(job, asked, reachable)}`)
  if (reachable.length === 0) return { kind: 'granted', scopes: ['read'] }
  const isUndoing = isUndoRun({ workflowPath: file, event: job.event })
  const act = isUndoing ? 'rollback' : 'deploy'
  if (environment !== null && job.event === 'workflow_dispatch' && starter !== undefined && !mayAct(starter, act))
    return refused(`${job.actor} started it, ${whoIs(starter)}, and may not ${isUndoing ? 'roll back' : 'deploy'} here`)
  const placed = environment === null ? [] : [`${act}:${environment}`]
  return { kind: 'granted', scopes: ['read', 'release', ...placed] }
}

const whoIs = (role: Role | null): string =>
  role === null ? 'who belongs to the project no more' : `who is ${spokenRole(role)}`
/**
 * A job that names `preview` as its environment: of a pull request, for its own preview; of a deployed branch, for the one it
 * asks for, to carry on where a job is gone. Null for any other job.
 */
function previewOf(job: GitHubJob, config: Config | null, asked: string | null): GitHubGrant | null {
  if (!config?.previews || job.environment !== previewPlace) return null
  const file = fileOf(job)
  if (file === null) return refused('its workflow file is not of the ref it runs for')
  const own = job.event === 'pull_request' ? previewOfRef(job.ref) : null
  if (own !== null) {
    if (asked !== null && asked !== own) return refused(`it asks for ${asked}, and is of ${own}`)
    return { kind: 'granted', scopes: ['read', `deploy:${own}`], pull: previewNumber(own) ?? 0 }
  }
  if (job.event === 'pull_request') return ofMerged(asked)
  const isCarryingOn = job.event === 'workflow_dispatch' && isPreviewWorkflow(file)
  if (!isCarryingOn || asked === null || !isPreview(asked)) return null
  if (environmentsOf(job.ref, config).length === 0) return refused(`${job.ref} leads to no environment`)
  return { kind: 'granted', scopes: ['read', `deploy:${asked}`] }
}

/**
 * GitHub's ref of a merged pull request is the branch it was merged into, which does not say the number: the job does. Such a
 * request is never open again, and what is not open gets no preview: all that is left to do there is to remove it.
 */
function ofMerged(asked: string | null): GitHubGrant {
  const pull = asked === null ? null : previewNumber(asked)
  if (pull === null) return refused(`it asks for ${asked ?? 'no environment'}, and its ref is of no pull request`)
  return { kind: 'granted', scopes: ['read', `deploy:${asked}`], pull, isMerged: true }
}

const refused = (because: string): GitHubGrant => ({ kind: 'refused', because })

/** Path of the file of the run; null when it is another repository's or another ref's. */
function fileOf({ workflow, repository, ref }: GitHubJob): string | null {
  const [place = '', at] = [workflow.slice(0, workflow.lastIndexOf('@')), workflow.slice(workflow.lastIndexOf('@') + 1)]
  const [owner = '', name = '', ...path] = place.split('/')
  if (!isSameRepository(`${owner}/${name}`, repository) || at !== ref) return null
  return path.join('/')
}

function whyNot({ environment, ref }: GitHubJob, asked: string, reachable: readonly string[]): string {
  if (environment === null) return 'the job has no `environment:`'
  if (environment !== asked) return `the job is of the environment ${environment}`
  return `${ref} leads to ${reachable.join(' and ') || 'no environment'}`
}
