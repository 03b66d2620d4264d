import {
  answerOfPromotion,
  environmentsOf,
  type GitHubEvent,
  githubRun,
  isUndoRun,
  type Project,
  type Promotion,
  type RuleAnswer,
  ruleJob,
  type Store,
  shortSha,
} from '@gantry/core'
import { answerRule, isMarked, isStartedBy, ownLogin, runOn } from '@gantry/github'
import * as z from 'zod'
import type { PromotionDesk } from '../release/promotion-desk.ts'
import type { ConnectedGitHub, GitHubAccess } from './github-access.ts'
import { type KeptLinks, keptLinks } from './kept-links.ts'

export interface ProtectionRuleParts {
  project: string
  store: Pick<Store, 'github' | 'releases' | 'promotions'>
  github: Pick<GitHubAccess, 'connected'>
  promotions: Pick<PromotionDesk, 'request' | 'shown'>
  current(): Promise<Project>
  pages(): string
  now(): Date
}

/** GitHub takes ten; the last is left for what comes at the end. */
const mostReports = 9
const looksBack = 100

const Waiting = z.object({
  runId: z.int(),
  environment: z.string(),
  sha: z.string(),
  ref: z.string(),
  said: z.string(),
  reports: z.int(),
})
type Waiting = z.output<typeof Waiting>

const keyOf = ({ runId, environment }: Pick<Waiting, 'runId' | 'environment'>): string => `${runId}:${environment}`

/** Answers for the environments whose protection rule on GitHub is Gantry, by what its approvals and gates say. */
export class ProtectionRule {
  readonly #parts: ProtectionRuleParts
  readonly #waiting: KeptLinks<Waiting>

  constructor(parts: ProtectionRuleParts) {
    this.#parts = parts
    this.#waiting = keptLinks('protection', Waiting, parts)
  }

  /** A job waits for leave. It is answered as soon as there is an answer, by whichever server works on the project then. */
  async asked({ runId, environment, sha, ref }: Extract<GitHubEvent, { kind: 'protection' }>): Promise<void> {
    await this.#save({ runId, environment, sha, ref, said: '', reports: 0 }, true)
  }

  /** The same, told by nobody: one that was answered already waits for somebody else. */
  async found(event: Extract<GitHubEvent, { kind: 'protection' }>): Promise<void> {
    if ((await this.#waiting.of([keyOf(event)])).size === 0) await this.asked(event)
  }

  /** @throws GantryError VENDOR_REFUSED */
  async answer(): Promise<null> {
    const open = await this.#waiting.open()
    const connected = open.length > 0 ? await this.#parts.github.connected() : null
    if (connected) for (const { body } of open) await this.#answerOne(body, connected)
    return null
  }

  async #answerOne(waiting: Waiting, connected: ConnectedGitHub): Promise<void> {
    const { client, repo } = connected
    const { runId, environment, said, reports } = waiting
    const { state, comment } = await this.#judged(waiting, connected)
    if (state === null && (comment === said || reports >= mostReports)) return
    const isThere = await answerRule(client, repo, { runId, environment, state, comment })
    const isReport = state === null && isThere
    await this.#save({ ...waiting, said: comment, reports: reports + (isReport ? 1 : 0) }, isReport)
  }

  async #judged({ runId, environment, sha, ref }: Waiting, connected: ConnectedGitHub): Promise<RuleAnswer> {
    const { project, store, promotions, current, pages } = this.#parts
    const { config } = await current()
    if (!environmentsOf(ref, config).includes(environment))
      return { state: 'rejected', comment: `${ref} does not lead to ${environment} by gantry.config.ts` }
    const byHand = await this.#startedByHand(runId, environment, connected)
    if (byHand === 'undoes') return { state: 'approved', comment: 'It puts back what was approved before' }
    const shown = async (promotion: Promotion) =>
      answerOfPromotion(await promotions.shown(promotion), `${pages()}/releases/${promotion.release}`)
    if (byHand) return shown(byHand)
    if (!(await store.releases.get(project, sha)))
      return { state: null, comment: `No release of ${shortSha(sha)} was recorded yet` }
    const asked = { release: sha, environment, runId: githubRun(runId), jobId: ruleJob, actor: 'github' }
    const promotion = await promotions.request(asked)
    return promotion
      ? shown(promotion)
      : { state: 'approved', comment: `${environment} asks for no approval and has no gate` }
  }

  /**
   * A run that was started by hand is at the newest commit of its branch, whatever it is about: an undo, or the promotion that
   * Gantry itself started it for. Who else starts one may write any title, and is judged by the commit as everybody.
   */
  async #startedByHand(
    runId: number,
    environment: string,
    { client, repo, asApp }: ConnectedGitHub,
  ): Promise<Promotion | 'undoes' | null> {
    const run = await runOn(client, repo, runId)
    if (run?.event !== 'workflow_dispatch') return null
    if (isUndoRun({ workflowPath: run.path.replace(/@.*$/, ''), event: run.event })) return 'undoes'
    if (!isStartedBy(run, await ownLogin(client, asApp))) return null
    const { project, store } = this.#parts
    const approved = await store.promotions.list(project, { environment, limit: looksBack })
    return approved.find(({ id }) => isMarked(run, id)) ?? null
  }

  #save(body: Waiting, isOpen: boolean): Promise<void> {
    return this.#waiting.save(keyOf(body), body, isOpen)
  }
}
