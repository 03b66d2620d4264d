import { type GitHubEvent, isOfBranch, type Project, type Store } from '@gantry/core'
import { pagesOf, pendingEnvironments, runOn, runsSince, runsThatWait } from '@gantry/github'
import { githubJob, githubRun } from '@gantry/ingest'
import * as z from 'zod'
import { deployedBranch } from './branch-to.ts'
import type { ConnectedGitHub, GitHubAccess } from './github-access.ts'
import type { GitHubHandlers } from './github-work.ts'

export interface MissedEventsParts {
  project: string
  store: Pick<Store, 'projects' | 'metrics'>
  github: Pick<GitHubAccess, 'connected'>
  run: GitHubHandlers['run']
  /** A job that waits for leave, told of or not. */
  waits: GitHubHandlers['protection']
  push: GitHubHandlers['push']
  current(): Promise<Project>
  /** The figures have more to go by. */
  factsChanged(): void
  now(): Date
}

/** A webhook is here in a second; this is for those that never come, and for servers GitHub cannot reach. */
const askEveryMs = 2 * 60_000
const cursorSetting = 'github-asked-until'
/** A run is listed by when it was made, and told of when it ends: those that go on for longer are asked for one by one. */
const listedForMs = 6 * 3_600_000
const openSetting = 'github-open-runs'
const Open = z.array(z.int())
/** Those that were made later are still listed the next time. */
const keptAfterMs = 3_600_000
/** Of more no single one can be waited for. */
const mostOpen = 500
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
  created_at: z.string(),
  updated_at: z.string(),
})
type Run = z.output<typeof Run>
const Branch = z.looseObject({ commit: z.looseObject({ sha: z.string() }) })
const Jobs = z.looseObject({ jobs: z.array(z.unknown()) })

/**
 * Asks GitHub for what webhooks may not have told: runs that ended, jobs that wait for leave, and where the branch is. What was told
 * already changes nothing; an answer that did not change since costs nothing of the limit.
 */
export class MissedEvents {
  readonly #parts: MissedEventsParts
  /** Attempts of runs that are listed still, so that each is looked at once by this server. */
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
    const runs = await this.#runs(until, connected)
    const from = Date.parse(until) - overlapMs
    for (const { raw, run, wasOpen } of runs)
      if (run.status === 'completed' && (wasOpen || Date.parse(run.updated_at) >= from))
        await this.#tellEnded(raw, run, connected)
    if (connected.connection.app)
      for (const { run } of runs) if (run.status === 'waiting') await this.#waits(run, connected)
    await this.#keepOpen(runs.map(({ run }) => run))
    return again
  }

  /** Those that may have ended since, in the order they changed. `wasOpen`: it went on for long when it was looked at last. */
  async #runs(until: string, { client, repo, connection }: ConnectedGitHub): Promise<SeenRun[]> {
    const since = `${new Date(Date.parse(until) - listedForMs).toISOString().slice(0, 19)}Z`
    const waiting = connection.app ? await runsThatWait(client, repo) : []
    const byId = new Map<number, unknown>(
      [...waiting, ...(await runsSince(client, repo, since))].map(raw => [raw.id, raw]),
    )
    const open = await this.#open()
    // One that was removed is told of no more.
    for (const id of open) if (!byId.has(id)) byId.set(id, await runOn(client, repo, id))
    const attempts = [...byId.values()].filter(raw => raw !== null).map(raw => ({ raw, run: Run.parse(raw) }))
    const keys = new Set(attempts.map(({ run }) => attemptOf(run)))
    for (const key of this.#ended) if (!keys.has(key)) this.#ended.delete(key)
    return attempts
      .map(each => ({ ...each, wasOpen: open.includes(each.run.id) }))
      .sort((a, b) => (a.run.updated_at < b.run.updated_at ? -1 : 1))
  }

  async #open(): Promise<number[]> {
    return Open.safeParse(await this.#parts.store.projects.setting(this.#parts.project, openSetting)).data ?? []
  }

  async #keepOpen(runs: readonly Run[]): Promise<void> {
    const { project, store, now } = this.#parts
    const before = new Date(now().getTime() - keptAfterMs).toISOString()
    const long = runs.filter(({ status, created_at: at }) => status !== 'completed' && at < before)
    const open = long.map(({ id }) => id).slice(0, mostOpen)
    if (JSON.stringify(open) !== JSON.stringify(await this.#open()))
      await store.projects.saveSetting(project, openSetting, open)
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
    if (this.#ended.has(attemptOf(run))) return
    const { project, store, run: heard, factsChanged } = this.#parts
    const fact = githubRun(raw)
    const path = `${repo}/actions/runs/${run.id}/jobs?filter=latest`
    const listed = await pagesOf(client, path, page => Jobs.parse(page ?? { jobs: [] }).jobs)
    const jobs = listed.flatMap(job => githubJob(job)?.jobs ?? [])
    if (fact) await store.metrics.record(project, [{ ...fact, jobs }])
    factsChanged()
    await heard(eventOf(run))
    await store.projects.saveSetting(project, cursorSetting, run.updated_at)
    this.#ended.add(attemptOf(run))
  }

  async #waits(run: Run, { client, repo }: ConnectedGitHub): Promise<void> {
    for (const environment of await pendingEnvironments(client, repo, run.id)) {
      // The branch of a pull request may be of another repository, and be called the same.
      const ref = isOfBranch({ event: run.event }) ? `refs/heads/${run.head_branch ?? ''}` : 'refs/pull/0/merge'
      await this.#parts.waits({ kind: 'protection', runId: run.id, environment, sha: run.head_sha, ref })
    }
  }
}

interface SeenRun {
  raw: unknown
  run: Run
  wasOpen: boolean
}

const attemptOf = (run: Run): string => `${run.id} ${run.run_attempt}`

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
