import {
  type AskedGrant,
  GantryError,
  type GitHubJob,
  type GitHubPlace,
  grantOfGitHubJob,
  type Project,
  type Store,
} from '@gantry/core'
import { keysOfIssuer, readJobToken } from '@gantry/github'
import type { Access } from '../access/access.ts'
import type { Chronicle } from '../ledger/chronicle.ts'
import type { PullRequests } from '../preview/pull-requests.ts'
import { voterIn } from '../release/voter-in.ts'
import type { GitHubAccess } from './github-access.ts'

/** A job that takes longer asks again: its own token of GitHub is minted anew each time. */
const tokenLifeMs = 3_600_000

export interface JobTokenParts {
  access: Pick<Access, 'newToken'>
  store: Pick<Store, 'github' | 'access'>
  github: Pick<GitHubAccess, 'connection' | 'connected' | 'place'>
  keys: ReturnType<typeof keysOfIssuer>
  project(): Promise<Project>
  pulls: Pick<PullRequests, 'find'>
  record: Chronicle
  /** Address of the project's screens: what the token of a job has to be for. */
  pages(): string
  now(): Date
}

export interface GivenToken {
  token: string
  scopes: string[]
  expiresAt: string
}

/** The keys that GitHub signs the tokens of jobs with. */
export const keysOfGitHub = ({ issuer }: GitHubPlace) => keysOfIssuer(issuer)

/**
 * Trades what GitHub says of a job for a token of this server that does what such a job may, for an hour: nothing of Gantry's
 * has to be stored on GitHub.
 * @param asked the environment the job names itself; null: what its token says decides
 * @throws GantryError JOB_TOKEN_REFUSED, GITHUB_NOT_CONNECTED, VENDOR_REFUSED when GitHub's keys cannot be read
 */
export async function tradeJobToken(given: string, asked: string | null, parts: JobTokenParts): Promise<GivenToken> {
  const { github, keys, pages, now } = parts
  const connection = await github.connection()
  const { name, config } = await parts.project()
  if (!connection) throw new GantryError('GITHUB_NOT_CONNECTED', `${name} trusts no repository on GitHub`)
  const expected = { issuer: github.place.issuer, audience: pages(), keys, now: now() }
  const job = await readJobToken(given, expected)
  const starter = await starterOf(job, name, parts.store.access)
  const grant = grantOfGitHubJob(job, connection, config, { environment: asked, ...starter })
  if (grant.kind === 'refused') throw refusal(grant.because)
  if (grant.pull !== undefined) await requireOwnPull(grant.pull, grant.isMerged ?? false, parts)
  if (connection.repositoryId === null) await identify(job, name, parts)
  const { scopes } = grant
  const expiresAt = new Date(now().getTime() + tokenLifeMs).toISOString()
  const token = { name: nameOf(job), project: name, scopes, job: null, createdBy: 'github', expiresAt }
  const { id, secret } = await parts.access.newToken(token)
  const evidence = { id, scopes, run: job.runId, attempt: job.runAttempt, ref: job.ref, sha: job.sha, actor: job.actor }
  await parts.record({ actor: 'github', action: 'token.created', subject: token.name, evidence })
  return { token: secret, scopes, expiresAt }
}

/** The first job that is believed says which repository has the name: another one that takes it later is another. */
async function identify(job: GitHubJob, project: string, { store, github }: JobTokenParts): Promise<void> {
  await store.github.identify(project, job)
  const known = (await github.connection())?.repositoryId
  if (known !== job.repositoryId)
    throw refusal(`${job.repository} is another repository than the one of that name that was connected`)
}

/** What whoever started the run is here; nothing where the account is nobody's of this server. */
async function starterOf({ actorId }: GitHubJob, project: string, access: Store['access']): Promise<Starter> {
  const personId = actorId === null ? null : await access.whoseGitHub(actorId)
  return personId === null ? {} : { starter: (await voterIn(project, personId, access)).role }
}
type Starter = Pick<AskedGrant, 'starter'>

/** GitHub gives the jobs of forks no such token unless somebody told it to: what a stranger wrote is let in nowhere. */
async function requireOwnPull(
  number: number,
  hasToBeMerged: boolean,
  { github, pulls }: Pick<JobTokenParts, 'github' | 'pulls'>,
): Promise<void> {
  if (!(await github.connected()))
    throw refusal('whether its pull request is of a fork cannot be asked: the project has neither an App nor a token')
  const pull = await pulls.find(number)
  if (pull === null || pull.isFork) throw refusal(`pull request ${number} is not of the repository itself`)
  if (hasToBeMerged && pull.state !== 'merged')
    throw refusal(`its ref is that of a merged pull request, and ${number} is ${pull.state}`)
}

const refusal = (because: string) =>
  new GantryError('JOB_TOKEN_REFUSED', `GitHub's token of the job is not accepted: ${because}`)

/** `deploy.yml, run 42 of acme/shop` */
function nameOf({ workflow, runId, repository, environment }: GitHubJob): string {
  const file = /([^/@]+)@/.exec(workflow)?.[1] ?? 'a workflow'
  return `${file}, run ${runId} of ${repository}${environment === null ? '' : `, ${environment}`}`
}
