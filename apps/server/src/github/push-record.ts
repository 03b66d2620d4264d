import {
  environmentsOf,
  GantryError,
  type GitHubEvent,
  type KeptPush,
  type Project,
  type Store,
  whyAppRests,
} from '@gantry/core'
import { type MovedBranch, movedBranches, pushOf } from '@gantry/github'
import * as z from 'zod'
import { deployedBranch } from './branch-to.ts'
import type { ConnectedGitHub, GitHubAccess } from './github-access.ts'

export interface PushRecordParts {
  project: string
  store: Pick<Store, 'github' | 'projects' | 'promotions'>
  github: Pick<GitHubAccess, 'connected' | 'connection'>
  current(): Promise<Project>
  /** Votes may count no more: promotions are judged anew. */
  onPushed(): void
  now(): Date
}

/** Of the repository that was connected then. `askedAt`: what was pushed before is known. */
const Cursor = z.object({
  repository: z.string(),
  until: z.iso.datetime().nullable(),
  askedAt: z.iso.datetime().nullable().default(null),
})
type Cursor = z.output<typeof Cursor>
const cursorSetting = 'github-pushes-until'
/** GitHub lists a move a moment after it tells of it, and not always in their order. */
const overlapMs = 10 * 60_000
/** A webhook is here in a second; this is for those that never come, and for servers GitHub cannot reach. */
const askEveryMs = 2 * 60_000

/** Writes down who moved which branch on GitHub: as it is told, and as it is found where it was not. */
export class PushRecord {
  readonly #parts: PushRecordParts
  /** Votes at the same time wait for the same answer. */
  #asking: { repo: string; done: Promise<void> } | null = null

  constructor(parts: PushRecordParts) {
    this.#parts = parts
  }

  async told({ push }: Extract<GitHubEvent, { kind: 'push' }>): Promise<void> {
    if (push) await this.#keep(push)
  }

  /** Asks GitHub where that is due, or a promotion was asked for since. @throws GantryError VENDOR_REFUSED */
  async ask(): Promise<Date | null> {
    const { project, store, github, now } = this.#parts
    const connected = await github.connected()
    if (!connected) return null
    const { askedAt = null } = (await this.#cursor(connected)) ?? {}
    const promotions = await store.promotions.list(project, { open: true })
    const isKnown = askedAt !== null && promotions.every(({ createdAt }) => createdAt <= askedAt)
    const dueMs = isKnown ? Date.parse(askedAt) + askEveryMs : 0
    if (now().getTime() < dueMs) return new Date(dueMs)
    await this.#catchUp(connected)
    return new Date(now().getTime() + askEveryMs)
  }

  /**
   * Returns once it is known who pushed what until that moment, so that no vote is counted before.
   * @throws GantryError VENDOR_REFUSED where GitHub does not say
   */
  async knowUntil(moment: string): Promise<void> {
    const { github } = this.#parts
    const connected = await github.connected()
    if (!connected) {
      const connection = await github.connection()
      const problem = connection && whyAppRests(connection)
      if (problem !== null) throw new GantryError('VENDOR_REFUSED', `GitHub cannot be asked who pushed: ${problem}`)
      return
    }
    const isKnown = async () => ((await this.#cursor(connected))?.askedAt ?? '') >= moment
    if (await isKnown()) return
    try {
      await this.#catchUp(connected)
      // What another one waited for may have begun before that moment.
      if (!(await isKnown())) await this.#catchUp(connected)
    } catch (cause) {
      if (!(cause instanceof GantryError)) throw cause
      throw new GantryError(cause.code, `GitHub did not say yet who pushed: ${cause.message}`, cause.facts, { cause })
    }
  }

  async #cursor({ repo }: Pick<ConnectedGitHub, 'repo'>): Promise<Cursor | null> {
    const { project, store } = this.#parts
    const cursor = Cursor.safeParse(await store.projects.setting(project, cursorSetting)).data
    return cursor?.repository === repo ? cursor : null
  }

  async #catchUp(connected: ConnectedGitHub): Promise<void> {
    const { repo } = connected
    if (this.#asking?.repo !== repo) {
      const done = this.#asked(connected).finally(() => {
        if (this.#asking?.done === done) this.#asking = null
      })
      this.#asking = { repo, done }
    }
    await this.#asking?.done
  }

  /**
   * Asks for what was not told. At first that goes back a month, as releases are made of commits from before the project was connected.
   * What a stop or a limit cuts off is asked for again.
   */
  async #asked(connected: ConnectedGitHub): Promise<void> {
    const { project, store, now } = this.#parts
    const { client, repo } = connected
    const until = (await this.#cursor(connected))?.until ?? null
    const askedAt = now()
    const moves = await movedBranches(client, repo, { since: until && earlier(until), now: askedAt })
    const kept = await store.github.keptPushes(project, moves)
    for (const move of moves.filter((_, at) => !kept[at]).reverse())
      await this.#keep(await pushOf(client, repo, move, () => this.#deployedWas(move, moves, connected)))
    const newest = moves[0]?.at ?? until
    const reached: Cursor = { repository: repo, until: newest, askedAt: askedAt.toISOString() }
    await store.projects.saveSetting(project, cursorSetting, reached)
  }

  /** Where the branch that leads to environments was before a move; null where nothing tells. @param moves the newest first */
  async #deployedWas(
    { ref, at }: MovedBranch,
    moves: readonly MovedBranch[],
    { client, repo }: ConnectedGitHub,
  ): Promise<string | null> {
    const branch = deployedBranch((await this.#parts.current()).config)
    const own = moves.filter(move => move.ref === `refs/heads/${branch}`)
    const before = own.find(move => move.at < at)?.after ?? null
    if (before !== null || ref === `refs/heads/${branch}`) return before
    const next = own.findLast(move => move.at >= at)
    if (next) return next.before
    const found = await client.get(`${repo}/branches/${encodeURIComponent(branch)}`)
    return found === null ? null : Branch.parse(found).commit.sha
  }

  async #keep(push: Omit<KeptPush, 'isOnTheWay'>): Promise<void> {
    const { project, store, current, onPushed } = this.#parts
    const { config } = await current()
    const isOnTheWay =
      push.ref === `refs/heads/${deployedBranch(config)}` || environmentsOf(push.ref, config).length > 0
    await store.github.keepPush(project, { ...push, isOnTheWay })
    onPushed()
  }
}

const Branch = z.looseObject({ commit: z.looseObject({ sha: z.string() }) })

const earlier = (at: string): string => new Date(Date.parse(at) - overlapMs).toISOString()
