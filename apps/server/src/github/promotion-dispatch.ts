import { type GitHubEvent, isDispatched, type Project, type Promotion, type Store } from '@gantry/core'
import { findRun, ownLogin, runOn, startRun, statusOf } from '@gantry/github'
import * as z from 'zod'
import { earliest } from '../watch/due-work.ts'
import { branchTo } from './branch-to.ts'
import type { ConnectedGitHub, GitHubAccess } from './github-access.ts'
import { type KeptLink, type KeptLinks, keptLinks } from './kept-links.ts'

export interface PromotionDispatchParts {
  project: string
  store: Pick<Store, 'github' | 'promotions'>
  github: Pick<GitHubAccess, 'connected'>
  current(): Promise<Project>
  now(): Date
}

/** The file that `gantry init` writes, and that takes the three inputs. */
const workflow = 'deploy.yml'
const looksBack = 100
/** GitHub lists a run a moment after it was asked for: until then it is not asked for again. */
const listedAfterMs = 60_000
const lookEveryMs = 5_000
/** A job that asks again is a re-run of it. */
const asksAgainWithinMs = 30 * 86_400_000
const refusedRetryMs = 5 * 60_000

const Dispatched = z.object({
  askedAt: z.iso.datetime(),
  run: z.object({ runId: z.int(), url: z.string() }).nullable(),
  problem: z.string().nullable(),
  former: z.array(z.int()).default([]).describe('runs of earlier approvals, that are over'),
})
type Dispatched = z.output<typeof Dispatched>

/**
 * Starts the run on GitHub that deploys what was approved: nothing waited there meanwhile. That it was asked for is written before
 * it is, and it is looked for by the promotion's id before it is asked for again.
 */
export class PromotionDispatch {
  readonly #parts: PromotionDispatchParts
  readonly #asked: KeptLinks<Dispatched>

  constructor(parts: PromotionDispatchParts) {
    this.#parts = parts
    this.#asked = keptLinks('dispatch', Dispatched, parts)
  }

  /** @throws GantryError VENDOR_REFUSED */
  async start(): Promise<Date | null> {
    const connected = await this.#parts.github.connected()
    if (!connected) return null
    const { project, store } = this.#parts
    const all = await store.promotions.list(project, { limit: looksBack })
    const open = new Map((await this.#asked.open()).map(({ key, body }) => [key, body]))
    const approved = all.filter(one => one.state === 'approved' && isDispatched(one))
    const known = await this.#asked.of(approved.map(({ id }) => id))
    const due: (Date | null)[] = []
    for (const promotion of approved) {
      const before = await this.#standing(known.get(promotion.id), connected)
      due.push(await this.#startOne(promotion, before, connected))
      open.delete(promotion.id)
    }
    // Decided otherwise meanwhile, or arrived.
    for (const [key, body] of open) await this.#asked.save(key, body, false)
    return earliest(due)
  }

  /** Nobody has to let it in: its run is started now, once for each run that asks. */
  async startAtOnce({
    release,
    environment,
    run,
  }: {
    release: string
    environment: string
    run: string
  }): Promise<void> {
    const connected = await this.#parts.github.connected()
    if (!connected) return
    const mark = `run-${run}`
    const since = new Date(this.#parts.now().getTime() - asksAgainWithinMs).toISOString()
    const inputs = { environment, release, promotion: mark }
    const by = await ownLogin(connected.client, connected.asApp)
    const wanted = { workflow, branch: await this.#branchTo(environment), mark, since, by, inputs }
    const found = await findRun(connected.client, connected.repo, wanted)
    if (!found) await startRun(connected.client, connected.repo, wanted)
  }

  /** A run that ended without having deployed is said so, for as long as the promotion waits for it. */
  async heard({ runId, status, conclusion, url }: Extract<GitHubEvent, { kind: 'run' }>): Promise<void> {
    if (status !== 'completed' || conclusion === 'success') return
    for (const { key, body } of await this.#asked.open()) {
      if (body.run?.runId !== runId) continue
      await this.#asked.save(key, { ...body, problem: `the run that deploys it ended as ${conclusion}: ${url}` }, true)
    }
  }

  /** What keeps approved promotions from their environments. */
  async problems(): Promise<string[]> {
    return (await this.#asked.open()).flatMap(({ body }) => body.problem ?? [])
  }

  /**
   * What was asked for already. A yes that was taken back and given again asks anew, unless the run of the first one goes on and
   * has yet to ask whether it may.
   */
  async #standing(
    link: KeptLink<Dispatched> | undefined,
    { client, repo }: ConnectedGitHub,
  ): Promise<Dispatched | null> {
    if (!link || link.isOpen || link.body.run === null) return link?.body ?? null
    const { run, former } = link.body
    const isOver = (await runOn(client, repo, run.runId))?.status === 'completed'
    const body = isOver ? { ...link.body, run: null, problem: null, former: [...former, run.runId] } : link.body
    // It is as if it was asked for long ago: nothing of it is to be listed any more.
    const asked = isOver ? { ...body, askedAt: new Date(0).toISOString() } : body
    await this.#asked.save(link.key, asked, true)
    return asked
  }

  async #startOne(
    promotion: Promotion,
    before: Dispatched | null,
    { client, repo, asApp }: ConnectedGitHub,
  ): Promise<Date | null> {
    const { id, environment, release, createdAt } = promotion
    if (before?.run) return null
    const former = before?.former ?? []
    const by = await ownLogin(client, asApp)
    const wanted = {
      ...{ workflow, branch: await this.#branchTo(environment), mark: id, since: createdAt, by, except: former },
      inputs: { environment, release, promotion: id },
    }
    const nowMs = this.#parts.now().getTime()
    try {
      const found = await findRun(client, repo, wanted)
      const isListed = before === null || nowMs - Date.parse(before.askedAt) >= listedAfterMs
      if (!found && !isListed && before.problem === null) return new Date(nowMs + lookEveryMs)
      const asked: Dispatched = { askedAt: new Date(nowMs).toISOString(), run: null, problem: null, former }
      if (!found) await this.#asked.save(id, asked, true)
      const run = found ?? (await startRun(client, repo, wanted))
      await this.#asked.save(id, { ...asked, run }, true)
      return run === null ? new Date(nowMs + lookEveryMs) : null
    } catch (cause) {
      const status = statusOf(cause)
      if (status !== 404 && status !== 422) throw cause
      const problem = `${workflow} on GitHub cannot be started for ${environment}: ${cause instanceof Error ? cause.message : cause}`
      await this.#asked.save(id, { askedAt: new Date(nowMs).toISOString(), run: null, problem, former }, true)
      return new Date(nowMs + refusedRetryMs)
    }
  }

  async #branchTo(environment: string): Promise<string> {
    return branchTo(environment, (await this.#parts.current()).config)
  }
}
