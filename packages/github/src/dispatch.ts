import * as z from 'zod'
import { type GitHubClient, pathOfPage, statusOf } from './client.ts'

const Run = z.looseObject({
  id: z.int(),
  display_title: z.string().default(''),
  path: z.string().default(''),
  event: z.string(),
  actor: z.looseObject({ login: z.string() }).nullish(),
  head_sha: z.string(),
  status: z.string().nullable(),
  conclusion: z.string().nullable(),
  html_url: z.string(),
})
const Runs = z.looseObject({ workflow_runs: z.array(Run) })
const Dispatched = z.looseObject({ workflow_run_id: z.int(), html_url: z.string() })

export interface AskedRun {
  runId: number
  url: string
}

export interface WantedRun {
  /** File name: `deploy.yml`. */
  workflow: string
  /** The branch it is of. */
  branch: string
  inputs: Record<string, string>
  /** What stands in its title, by `run-name`: the run is found again by it. */
  mark: string
  /** ISO date and time: it was not asked for before. */
  since: string
  /** Those that were asked for before, and are over. */
  except?: readonly number[]
  /** Login of who asks. Anybody who may write starts a run with the same title. */
  by: string
}

/** The run that was asked for, the newest of several; null when GitHub shows none. */
export async function findRun(
  client: Pick<GitHubClient, 'page'>,
  repo: string,
  { workflow, mark, since, by, except = [] }: Omit<WantedRun, 'branch' | 'inputs'>,
): Promise<AskedRun | null> {
  const created = encodeURIComponent(`>=${new Date(Date.parse(since) - clockSlackMs).toISOString().slice(0, 19)}Z`)
  const path = `${repo}/actions/workflows/${encodeURIComponent(workflow)}/runs?event=workflow_dispatch&created=${created}`
  for (let page = 1; page <= mostPages; page++) {
    const { body, isLast } = await client.page(pathOfPage(path, page))
    const { workflow_runs: runs } = Runs.parse(body ?? { workflow_runs: [] })
    const same = runs.find(run => isMarked(run, mark) && isStartedBy(run, by) && !except.includes(run.id))
    if (same) return { runId: same.id, url: same.html_url }
    if (isLast) break
  }
  return null
}

/** GitHub's clock may be behind: a run that is not found is started again. */
const clockSlackMs = 10 * 60_000
/** GitHub lists no more of one question. */
const mostPages = 10

type StartedRun = Pick<z.output<typeof Run>, 'display_title' | 'actor'>

/** Whether it is of that promotion, as its title says. */
export const isMarked = ({ display_title: title }: Pick<StartedRun, 'display_title'>, mark: string): boolean =>
  title.split(/\s+/).includes(mark)

/** Accounts are the same in any case. */
export const isStartedBy = ({ actor }: Pick<StartedRun, 'actor'>, login: string): boolean =>
  actor?.login.toLowerCase() === login.toLowerCase()

const User = z.looseObject({ login: z.string() })

/** Login of whoever asks: an App's own account, or that of the token. */
export async function ownLogin(client: Pick<GitHubClient, 'get'>, app: { slug: string } | null): Promise<string> {
  return app ? `${app.slug}[bot]` : User.parse(await client.get('/user')).login
}

/** Starts it. Null where GitHub does not say which run it became. */
export async function startRun(
  client: GitHubClient,
  repo: string,
  wanted: Pick<WantedRun, 'workflow' | 'branch' | 'inputs'>,
): Promise<AskedRun | null> {
  const path = `${repo}/actions/workflows/${encodeURIComponent(wanted.workflow)}/dispatches`
  const said = { ref: wanted.branch, inputs: wanted.inputs, return_run_details: true }
  const made = Dispatched.safeParse(await client.send('POST', path, said)).data
  return made ? { runId: made.workflow_run_id, url: made.html_url } : null
}

/** How it stands; null when it is not there. */
export async function runOn(client: GitHubClient, repo: string, runId: number) {
  const run = await client.get(`${repo}/actions/runs/${runId}`)
  return run === null ? null : Run.parse(run)
}

const Pending = z.array(z.looseObject({ environment: z.looseObject({ name: z.string().nullish() }) }))

/** Names of the environments whose jobs of the run wait. */
export async function pendingEnvironments(client: GitHubClient, repo: string, runId: number): Promise<string[]> {
  const pending = Pending.parse((await client.get(`${repo}/actions/runs/${runId}/pending_deployments`)) ?? [])
  return pending.flatMap(({ environment }) => environment.name ?? [])
}

/** GitHub takes no longer comment, and ten reports. */
const longestComment = 1_024

/**
 * Answers a protection rule; without a state it is a report while it waits. False when the run does not wait for it any more.
 * @throws GantryError VENDOR_REFUSED
 */
export async function answerRule(
  client: GitHubClient,
  repo: string,
  {
    runId,
    environment,
    state,
    comment,
  }: { runId: number; environment: string; state: 'approved' | 'rejected' | null; comment: string },
): Promise<boolean> {
  const said = { environment_name: environment, comment: comment.slice(0, longestComment), ...(state && { state }) }
  try {
    await client.send('POST', `${repo}/actions/runs/${runId}/deployment_protection_rule`, said)
    return true
  } catch (cause) {
    const status = statusOf(cause)
    if (status !== 404 && status !== 422) throw cause
    if ((await pendingEnvironments(client, repo, runId)).includes(environment)) throw cause
    return false
  }
}
