import { type GitHubEvent, isOfBranch, type Project, type Store } from '@gantry/core'
import { pagesOf, pendingEnvironments } from '@gantry/github'
import { githubJob, githubRun } from '@gantry/ingest'
import * as z from 'zod'
import { deployedBranch } from './branch-to.ts'
import type { ConnectedGitHub, GitHubAccess } from './github-access.ts'
import type { GitHubHandlers } from './github-work.ts'
import type { PushRecord } from './push-record.ts'

export interface MissedEventsParts {
  project: string
  store: Pick<Store, 'projects' | 'metrics'>
  github: Pick<GitHubAccess, 'connected'>
  run: GitHubHandlers['run']
  /** A job that waits for leave, told of or not. */
  waits: GitHubHandlers['protection']
  push: GitHubHandlers['push']
  pushes: Pick<PushRecord, 'catchUp'>
  current(): Promise<Project>
  /** The figures have more to go by. */
  factsChanged(): void
  now(): Date
}

/** A webhook is here in a second; this is for those that never come, and for servers GitHub cannot reach. */
const askEveryMs = 2 * 60_000
const cursorSetting = 'github-asked-until'
/** A run is listed by when it was made, and told of when it ends. */
const longestRunMs = 6 * 3_600_000
/** Runs that end in one second are not all listed in it. */
const overlapMs = 60_000

const Run = z.looseObject({
  id: z.int(),
  run_attempt: z.int().default(1),
  display_title: z.string().default(''),
  event: z.string(),
  head_sha: z.string(),
  head_branch: z.string().nullable(),
  status: z.string(),
  conclusion: z.string().nullable(),
  html_url: z.string(),
  updated_at: z.string(),
})
type Run = z.output<typeof Run>
const Branch = z.looseObject({ commit: z.looseObject({ sha: z.string() }) })
const Runs = z.looseObject({ workflow_runs: z.array(z.unknown()) })
const Jobs = z.looseObject({ jobs: z.array(z.unknown()) })

/**
 * Asks GitHub for what webhooks may not have told: runs that ended, jobs that wait for leave, and pushes. What was told already changes
 * nothing; an answer that did not change since costs nothing of the limit.
 */
export class MissedEvents {
  readonly #parts: MissedEventsParts
  /** Attempts of runs that ended lately, so that each is looked at once by this server. */
  readonly #ended = new Set<string>()

  constructor(parts: MissedEventsParts) {
    this.#parts = parts
  }

  /** @throws GantryError VENDOR_REFUSED */
  async ask(): Promise<Date | null> {
    const { github, now } = this.#parts
    const connected = await github.connected()
    if (!connected) return null
    const again = new Date(now().getTime() + askEveryMs)
    await this.#pushed(connected)
    const until = await this.#askedUntil(connected)
    const since = new Date(Date.parse(until) - longestRunMs).toISOString().slice(0, 19)
    const query = `created=${encodeURIComponent(`>=${since}Z`)}`
    const path = `${connected.repo}/actions/runs?${query}`
    const all = await pagesOf(connected.client, path, page => Runs.parse(page ?? { workflow_runs: [] }).workflow_runs)
    const runs = all
      .map(raw => ({ raw, run: Run.parse(raw) }))
      .sort((a, b) => (a.run.updated_at < b.run.updated_at ? -1 : 1))
    const from = Date.parse(until) - overlapMs
    for (const { raw, run } of runs)
      if (run.status === 'completed' && Date.parse(run.updated_at) >= from) await this.#tellEnded(raw, run, connected)
    if (connected.connection.app)
      for (const { run } of runs) if (run.status === 'waiting') await this.#waits(run, connected)
    await this.#parts.pushes.catchUp(connected)
    return again
  }

  async #pushed({ client, repo }: ConnectedGitHub): Promise<void> {
    const { config, configSha } = await this.#parts.current()
    const branch = deployedBranch(config)
    const found = await client.get(`${repo}/branches/${encodeURIComponent(branch)}`)
    const sha = found === null ? null : Branch.parse(found).commit.sha
    if (sha !== null && sha !== configSha)
      await this.#parts.push({ kind: 'push', ref: `refs/heads/${branch}`, after: sha, actor: 'github' })
  }

  /** Nothing from before the project was connected. */
  async #askedUntil({ connection: { connectedAt } }: ConnectedGitHub): Promise<string> {
    const stored = await this.#parts.store.projects.setting(this.#parts.project, cursorSetting)
    return typeof stored === 'string' && Date.parse(stored) > Date.parse(connectedAt) ? stored : connectedAt
  }

  /** The cursor follows each: what a stop cuts off is asked for again. */
  async #tellEnded(raw: unknown, run: Run, { client, repo }: ConnectedGitHub): Promise<void> {
    const attempt = `${run.id} ${run.run_attempt}`
    if (this.#ended.has(attempt)) return
    const { project, store, run: heard, factsChanged } = this.#parts
    const fact = githubRun(raw)
    const jobs = await pagesOf(client, `${repo}/actions/runs/${run.id}/jobs?filter=latest`, page =>
      Jobs.parse(page ?? { jobs: [] }).jobs.flatMap(job => githubJob(job)?.jobs ?? []),
    )
    if (fact) await store.metrics.record(project, [{ ...fact, jobs }])
    factsChanged()
    await heard(eventOf(run))
    await store.projects.saveSetting(project, cursorSetting, run.updated_at)
    this.#ended.add(attempt)
  }

  async #waits(run: Run, { client, repo }: ConnectedGitHub): Promise<void> {
    for (const environment of await pendingEnvironments(client, repo, run.id)) {
      // The branch of a pull request may be of another repository, and be called the same.
      const ref = isOfBranch({ event: run.event }) ? `refs/heads/${run.head_branch ?? ''}` : 'refs/pull/0/merge'
      await this.#parts.waits({ kind: 'protection', runId: run.id, environment, sha: run.head_sha, ref })
    }
  }
}

const eventOf = (run: Run): Extract<GitHubEvent, { kind: 'run' }> => ({
  kind: 'run',
  runId: run.id,
  title: run.display_title,
  event: run.event,
  sha: run.head_sha,
  status: run.status,
  conclusion: run.conclusion,
  url: run.html_url,
})
