import { environmentsOf, type GitHubEvent, type KeptPush, type Project, type Store } from '@gantry/core'
import { movedBranches, pushOf } from '@gantry/github'
import * as z from 'zod'
import { deployedBranch } from './branch-to.ts'
import type { ConnectedGitHub } from './github-access.ts'

export interface PushRecordParts {
  project: string
  store: Pick<Store, 'github' | 'projects'>
  current(): Promise<Project>
  /** Votes may count no more: promotions are judged anew. */
  onPushed(): void
}

/** Of the repository that was connected then. */
const Cursor = z.object({ repository: z.string(), until: z.iso.datetime() })
const cursorSetting = 'github-pushes-until'
/** GitHub lists a move a moment after it tells of it, and not always in their order. */
const overlapMs = 10 * 60_000

/** Writes down who moved which branch on GitHub: as it is told, and as it is found where it was not. */
export class PushRecord {
  readonly #parts: PushRecordParts

  constructor(parts: PushRecordParts) {
    this.#parts = parts
  }

  async told({ push }: Extract<GitHubEvent, { kind: 'push' }>): Promise<void> {
    if (push) await this.#keep(push)
  }

  /**
   * Asks for what was not told. At first that goes back a month, as releases are made of commits from before the project was connected.
   * What a stop or a limit cuts off is asked for again. @throws GantryError VENDOR_REFUSED
   */
  async catchUp({ client, repo }: Pick<ConnectedGitHub, 'client' | 'repo'>): Promise<void> {
    const { project, store } = this.#parts
    const cursor = Cursor.safeParse(await store.projects.setting(project, cursorSetting)).data
    const until = cursor?.repository === repo ? cursor.until : null
    const moves = await movedBranches(client, repo, until === null ? '' : earlier(until))
    const kept = await store.github.keptPushes(project, moves)
    const known = new Set(moves.flatMap(({ before, after }) => [before ?? after, after]))
    for (const move of moves.filter((_, at) => !kept[at]).reverse())
      await this.#keep(await pushOf(client, repo, move, known))
    const newest = moves[0]?.at
    if (newest === undefined || newest === until) return
    const reached: z.output<typeof Cursor> = { repository: repo, until: newest }
    await store.projects.saveSetting(project, cursorSetting, reached)
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

const earlier = (at: string): string => new Date(Date.parse(at) - overlapMs).toISOString()
