import {
  type CheckOnGitHub,
  type CommitChecks,
  GantryError,
  type RequiredCheck,
  type RunOnGitHub,
  whySetAside,
} from '@gantry/core'
import * as z from 'zod'
import { type GitHubClient, isDenied, pagesOf, present, statusOf } from './client.ts'

/** Which commit of which repository. */
export interface AskedChecks {
  sha: string
  /** `owner/name`, and its number where that is known. */
  repository: string
  repositoryId: number | null
  /** Address of the repository on GitHub: no address of an answer is shown to anybody. */
  site: string
  /** By environment whose gates ask for checks by name: the branch whose rules may require some. */
  branches: ReadonlyMap<string, string>
}

type Client = Pick<GitHubClient, 'get' | 'page'>

/** How GitHub judges a commit now. What did not change since costs nothing of the limit. @throws GantryError VENDOR_REFUSED */
export async function readCommitChecks(
  client: Client,
  repo: string,
  asked: AskedChecks,
): Promise<Omit<CommitChecks, 'readAt'>> {
  const { sha, branches } = asked
  const path = `${repo}/actions/runs?head_sha=${sha}`
  const all = await pagesOf(client, path, page => Runs.parse(present(page, path)).workflow_runs)
  const runs: RunOnGitHub[] = []
  // Another list may be cached: a run of another commit proves nothing.
  for (const run of all.filter(({ head_sha: head }) => head === sha))
    runs.push(await withJobs(client, repo, run, asked))
  if (branches.size === 0) return { runs, named: null }
  // A right that is lacking for one keeps nobody from being judged by the other.
  const refusal = (cause: unknown) => {
    if (!(cause instanceof GantryError) || !isDenied(cause)) throw cause
    return { named: null, problem: cause.message }
  }
  return { runs, ...(await namedChecks(client, repo, runs, asked).catch(refusal)) }
}

async function namedChecks(
  client: Client,
  repo: string,
  runs: readonly RunOnGitHub[],
  asked: AskedChecks,
): Promise<Pick<CommitChecks, 'named'>> {
  const checks = [...(await checkRuns(client, repo, runs, asked)), ...(await statuses(client, repo, asked))]
  const requiredIn: Record<string, RequiredCheck[]> = {}
  for (const [environment, branch] of asked.branches)
    requiredIn[environment] = await requiredChecks(client, repo, branch)
  return { named: { checks, requiredIn } }
}

const Standing = { status: z.string(), conclusion: z.string().nullable() }
const Instant = z.iso.datetime({ offset: true }).transform(text => new Date(text).toISOString())
const Run = z.looseObject({
  ...Standing,
  id: z.int(),
  run_number: z.int(),
  run_attempt: z.int().default(1),
  path: z.string(),
  event: z.string(),
  head_sha: z.string(),
  head_repository: z.looseObject({ id: z.int(), full_name: z.string() }).nullish(),
  check_suite_id: z.int().nullish(),
  created_at: Instant,
  updated_at: Instant,
})
type Run = z.output<typeof Run>
const Runs = z.looseObject({ workflow_runs: z.array(Run) })
const Jobs = z.looseObject({ jobs: z.array(z.looseObject({ ...Standing, id: z.int(), name: z.string() })) })

async function withJobs(client: Client, repo: string, run: Run, { site, ...of }: AskedChecks): Promise<RunOnGitHub> {
  const from = run.head_repository
  // A fork that was removed since has none.
  const isOfFork =
    !from || (of.repositoryId === null ? !isSame(from.full_name, of.repository) : from.id !== of.repositoryId)
  const url = `${site}/actions/runs/${run.id}`
  const path = `${repo}/actions/runs/${run.id}/jobs?filter=latest`
  const isJudged = whySetAside({ event: run.event, isOfFork }) === null
  const jobs = isJudged ? await pagesOf(client, path, page => Jobs.parse(present(page, path)).jobs) : []
  return {
    ...{ id: run.id, number: run.run_number, attempt: run.run_attempt, event: run.event, isOfFork, url },
    // A required or reusable file carries its ref behind an @.
    path: run.path.replace(/@.*$/, ''),
    ...{ status: run.status, conclusion: run.conclusion, createdAt: run.created_at, updatedAt: run.updated_at },
    suiteId: run.check_suite_id ?? null,
    jobs: jobs.map(({ id, name, status, conclusion }) => ({ name, status, conclusion, url: `${url}/job/${id}` })),
  }
}

const isSame = (a: string, b: string): boolean => a.toLowerCase() === b.toLowerCase()

const CheckRun = z.looseObject({
  ...Standing,
  id: z.int(),
  name: z.string(),
  head_sha: z.string(),
  started_at: Instant.nullable(),
  completed_at: Instant.nullable(),
  check_suite: z.looseObject({ id: z.int() }).nullable(),
  app: z.looseObject({ id: z.int(), slug: z.string().optional() }).nullable(),
})
const CheckRuns = z.looseObject({ check_runs: z.array(CheckRun) })

/** Whose checks are jobs of workflows. */
const actions = 'github-actions'

async function checkRuns(
  client: Client,
  repo: string,
  runs: readonly RunOnGitHub[],
  { sha, site }: AskedChecks,
): Promise<CheckOnGitHub[]> {
  const path = `${repo}/commits/${sha}/check-runs?filter=latest`
  const all = await pagesOf(client, path, page => CheckRuns.parse(present(page, path)).check_runs).catch(unknownCommit)
  return all.map(({ id, name, status, conclusion, app, check_suite: suite, ...at }) => {
    const run = runs.find(({ suiteId }) => suiteId !== null && suiteId === suite?.id)
    return {
      ...{ name, status, conclusion, appId: app?.id ?? null, url: `${site}/runs/${id}` },
      at: at.completed_at ?? at.started_at ?? new Date(0).toISOString(),
      ...{ runId: run?.id ?? null, isOfUnknownRun: app?.slug === actions && run === undefined },
    }
  })
}

const Status = z.looseObject({ context: z.string(), state: z.string(), updated_at: Instant })
const Statuses = z.looseObject({ statuses: z.array(Status) })

async function statuses(client: Client, repo: string, { sha, site }: AskedChecks): Promise<CheckOnGitHub[]> {
  const path = `${repo}/commits/${sha}/status`
  const all = await pagesOf(client, path, page => Statuses.parse(present(page, path)).statuses).catch(unknownCommit)
  return all.map(({ context: name, state, updated_at: at }) => ({
    ...{ name, at, appId: null, url: `${site}/commit/${sha}`, runId: null, isOfUnknownRun: false },
    ...(state === 'pending' ? { status: 'in_progress', conclusion: null } : { status: 'completed', conclusion: state }),
  }))
}

/** GitHub has no such commit: nothing judged it there. */
function unknownCommit(cause: unknown): never[] {
  if (statusOf(cause) === 422) return []
  throw cause
}

const Rules = z.array(
  z.looseObject({
    type: z.string(),
    parameters: z
      .looseObject({
        required_status_checks: z
          .array(z.looseObject({ context: z.string(), integration_id: z.int().nullish() }))
          .optional(),
      })
      .nullish(),
  }),
)
const Branch = z.looseObject({
  protection: z
    .looseObject({
      required_status_checks: z
        .looseObject({
          checks: z.array(z.looseObject({ context: z.string(), app_id: z.int().nullish() })).optional(),
          contexts: z.array(z.string()).default([]),
        })
        .optional(),
    })
    .optional(),
})

/** What rulesets, of an organization too, and the protection of the branch require; one that both require is asked for once. */
async function requiredChecks(client: Client, repo: string, branch: string): Promise<RequiredCheck[]> {
  const at = encodeURIComponent(branch)
  const rules = await pagesOf(client, `${repo}/rules/branches/${at}`, page => Rules.parse(page ?? []))
  const byRules = rules
    .filter(({ type }) => type === 'required_status_checks')
    .flatMap(({ parameters }) => parameters?.required_status_checks ?? [])
    .map(({ context, integration_id: appId }) => ({ name: context, appId: appId ?? null }))
  const found = await client.get(`${repo}/branches/${at}`)
  const { checks, contexts = [] } = Branch.parse(found ?? {}).protection?.required_status_checks ?? {}
  const byProtection = checks
    ? // -1 says any App.
      checks.map(({ context, app_id: id }) => ({ name: context, appId: id != null && id > 0 ? id : null }))
    : contexts.map(name => ({ name, appId: null }))
  const all = [...byRules, ...byProtection]
  return [...new Map(all.map(each => [`${each.name} ${each.appId}`, each])).values()]
}
