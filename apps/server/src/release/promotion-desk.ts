import {
  approvePromotion,
  GantryError,
  gateFactsOf,
  gatesAgainInMs,
  isOpenPromotion,
  type JobState,
  judgeGates,
  judgePromotion,
  type KnownAs,
  movePromotion,
  type Person,
  type Project,
  type Promotion,
  type Release,
  type RunState,
  rejectPromotion,
  type Store,
  shortSha,
} from '@gantry/core'
import { durationMs, type EnvironmentConfig, requireEnvironment } from '@gantry/core/config'
import type { Repository } from '../git/repository.ts'
import type { Act, Chronicle } from '../ledger/chronicle.ts'
import type { ProjectLive } from '../live/project-live.ts'
import { earliest } from '../watch/due-work.ts'
import { partsOf } from './brings.ts'
import { gateFacts } from './gate-facts.ts'

export interface PromotionDeskParts {
  name: string
  /** As it is stored now: whether somebody has to approve must not rest on a config that was replaced. */
  project(): Promise<Project>
  store: Store
  live: ProjectLive
  record: Chronicle
  now(): Date
  newId(): string
  /** Names and addresses of a person, also those they had before. */
  knownAs(personId: string): Promise<KnownAs>
  repository: Pick<Repository, 'writtenSince'>
  /** Takes the run up again that waits for a decided promotion. */
  proceed(runId: string): void
}

export interface Decision {
  person: Person
  reason: string
  version?: number | undefined
}

/** Where jobs ask whether they may enter an environment, and people answer. */
export class PromotionDesk {
  readonly #parts: PromotionDeskParts

  constructor(parts: PromotionDeskParts) {
    this.#parts = parts
  }

  /** The engine's question for a job with an `environment`. */
  async ask(job: JobState, run: RunState): Promise<'approved' | 'waiting' | 'rejected'> {
    const environment = job.environment ?? ''
    const settings = await this.#settingsOf(environment)
    if (!settings || !needsPromotion(settings)) return 'approved'
    const { name } = this.#parts
    const known = await this.#parts.store.promotions.forJob(name, run.id, job.id)
    // A crash after it was asked may have left those before it open.
    if (known && isOpenPromotion(known.state))
      await this.#expireOlder(known, older => older.createdAt < known.createdAt)
    const promotion = known ?? (await this.#requested(job, run, environment, settings))
    return answers[promotion.state]
  }

  approve(id: string, vote: Decision): Promise<Promotion> {
    return this.#decide(id, vote, approvePromotion)
  }

  reject(id: string, vote: Decision): Promise<Promotion> {
    return this.#decide(id, vote, rejectPromotion)
  }

  /**
   * Judges every open promotion anew: gates, time, holds. One that cannot be judged keeps none of the others waiting. Answers
   * when time alone will change one of them: a soak time is over, or an approval came too late.
   */
  async judgeAll(): Promise<Date | null> {
    const { name } = this.#parts
    const faults: unknown[] = []
    const due: (Date | null)[] = []
    for (const promotion of await this.#parts.store.promotions.list(name, { open: true }))
      await this.#judgeAnew(promotion).then(
        at => due.push(at),
        cause => faults.push(cause),
      )
    if (faults.length > 0) throw faults[0]
    return earliest(due)
  }

  /** The promotion with its gates as they are at this moment, for people to look at. Changes nothing. */
  async shown(promotion: Promotion): Promise<Promotion> {
    const settings = await this.#settingsOf(promotion.environment)
    const now = isOpenPromotion(promotion.state) ? await this.#judged(promotion) : promotion
    return { ...now, state: promotion.state, allowSelfApproval: settings?.allowSelfApproval ?? false }
  }

  /** @throws GantryError GATES_NOT_MET unless the release may be deployed there by that run */
  async requirePermission(release: string, environment: string, runId: string | null): Promise<void> {
    const { config } = await this.#parts.project()
    const settings = requireEnvironment(config ?? { environments: {} }, environment)
    if (!needsPromotion(settings)) return
    // Another run may have asked for the same release since: what people decided for this one stands.
    const promotion = (await this.#of(release, environment)).find(asked => runId === null || asked.runId === runId)
    if (promotion?.state === 'approved' || promotion?.state === 'done') return
    throw new GantryError('GATES_NOT_MET', `${shortSha(release)} was not approved for ${environment}`)
  }

  /** The deployment a promotion was for went live: every run that was let through has what it asked for. */
  async close(release: string, environment: string): Promise<void> {
    for (const promotion of await this.#of(release, environment)) {
      if (promotion.state !== 'approved') continue
      const done = this.#parts.store.promotions.update(movePromotion(promotion, 'done'))
      await done.then(closed => this.#tell(closed), ignoreConflict)
    }
  }

  async #judgeAnew(promotion: Promotion): Promise<Date | null> {
    const { judged: next, dueAt } = await this.#weighed(promotion)
    if (standing(next) === standing(promotion)) return dueAt
    const reason = next.state === 'expired' ? 'its time is over' : null
    await this.#settle(next, { actor: 'gantry', reason }).catch(ignoreConflict)
    return dueAt
  }

  async #requested(job: JobState, run: RunState, environment: string, settings: EnvironmentConfig): Promise<Promotion> {
    const { name, store, record, newId, now } = this.#parts
    const promotion = await this.#judged({
      id: newId(),
      project: name,
      release: run.sha,
      fromEnvironment: settings.from ?? null,
      environment,
      state: 'waiting',
      gates: [],
      approvals: [],
      approvalsNeeded: settings.approvals,
      runId: run.id,
      jobId: job.id,
      createdAt: now().toISOString(),
      expiresAt: new Date(now().getTime() + durationMs(settings.approvalExpires)).toISOString(),
      version: 1,
    })
    await store.promotions.add(promotion)
    await record({
      actor: run.actor,
      action: 'promotion.requested',
      subject: subjectOf(promotion),
      evidence: { run: run.id },
    })
    await this.#expireOlder(promotion)
    this.#tell(promotion)
    return promotion
  }

  async #decide(id: string, { person, reason, version }: Decision, rule: typeof approvePromotion): Promise<Promotion> {
    const { name, store } = this.#parts
    const promotion = await store.promotions.get(name, id)
    if (!promotion) throw new GantryError('NOT_FOUND', `no promotion ${id}`)
    if (version !== undefined && version !== promotion.version) throw await movedOn(promotion, store)
    const settings = await this.#settingsOf(promotion.environment)
    const release = await this.#releaseOf(promotion)
    const decided = rule({
      promotion: await this.#judged(promotion),
      release,
      contributors: (await partsOf(promotion, this.#parts)).contributors,
      person,
      knownAs: await this.#parts.knownAs(person.id),
      reason,
      now: this.#nowText(),
      allowSelfApproval: settings?.allowSelfApproval ?? false,
      hold: await store.promotions.hold(name, promotion.environment),
    })
    return this.#settle(decided, { actor: person.name, reason })
  }

  async #judged(promotion: Promotion): Promise<Promotion> {
    return (await this.#weighed(promotion)).judged
  }

  /** As it stands at this moment, and when time alone changes that; null: never. */
  async #weighed(promotion: Promotion): Promise<{ judged: Promotion; dueAt: Date | null }> {
    const { store } = this.#parts
    const now = this.#nowText()
    const settings = await this.#settingsOf(promotion.environment)
    const release = await this.#releaseOf(promotion)
    const asked = settings?.gates ?? []
    const facts = await gateFacts(gateFactsOf(asked), { promotion, release, store })
    const gates = judgeGates(asked, facts, { release, now })
    const hold = await store.promotions.hold(promotion.project, promotion.environment)
    const judged = judgePromotion(promotion, { gates, hold, now })
    if (!isOpenPromotion(judged.state)) return { judged, dueAt: null }
    const againInMs = gatesAgainInMs(asked, facts, { release, now })
    const againAt = againInMs === null ? null : new Date(Date.parse(now) + againInMs)
    return { judged, dueAt: earliest([againAt, new Date(judged.expiresAt)]) }
  }

  /** A newer release asks for the same place: what waited for it before is superseded. */
  async #expireOlder(newer: Promotion, isOlder: (other: Promotion) => boolean = () => true): Promise<void> {
    const { store } = this.#parts
    for (const older of await store.promotions.list(newer.project, { environment: newer.environment, open: true })) {
      if (older.id === newer.id || older.release === newer.release || !isOlder(older)) continue
      await this.#supersede(older, newer)
    }
  }

  /** Again after a conflict: that someone voted or a gate moved at the same moment does not let it stand. */
  async #supersede(older: Promotion, newer: Promotion): Promise<void> {
    const by = { actor: 'gantry', reason: `superseded by ${shortSha(newer.release)}` }
    for (let known: Promotion | null = older; known && (await this.#canExpire(known)); ) {
      const settled = await this.#settle(movePromotion(known, 'expired'), by).catch(ignoreConflict)
      if (settled) return
      known = await this.#parts.store.promotions.get(older.project, older.id)
    }
  }

  /** What was approved and is on its way there, or arrived and was not closed yet, cannot be taken back by a newer one. */
  async #canExpire({ state, project, environment, release }: Promotion): Promise<boolean> {
    if (state !== 'approved') return isOpenPromotion(state)
    const { deployments } = this.#parts.store
    if ((await deployments.live(project, environment))?.release === release) return false
    const underWay = await deployments.unfinished(project)
    return !underWay.some(one => one.environment === environment && one.release === release)
  }

  async #settle(promotion: Promotion, by: { actor: string; reason: string | null }): Promise<Promotion> {
    const stored = await this.#parts.store.promotions.update(promotion)
    const action = actions[stored.state]
    try {
      // What the proof lacked when a person decided is part of what the decision rested on.
      const gates = stored.gates.map(({ evidence: _path, title: _title, ...judged }) => judged)
      if (action) await this.#parts.record({ ...by, action, subject: subjectOf(stored), evidence: { gates } })
      return stored
    } finally {
      // It is decided, whether it could be written into the ledger or not: nothing else would take the run up again.
      if (action) this.#parts.proceed(stored.runId)
      this.#tell(stored)
    }
  }

  /** Newest first. */
  async #of(release: string, environment: string): Promise<Promotion[]> {
    const { name } = this.#parts
    return this.#parts.store.promotions.list(name, { environment, release })
  }

  async #releaseOf(promotion: Promotion): Promise<Release> {
    const release = await this.#parts.store.releases.get(promotion.project, promotion.release)
    if (release) return release
    throw new GantryError(
      'NOT_FOUND',
      `no release was made of ${shortSha(promotion.release)}: the build job runs \`gantry release\``,
    )
  }

  async #settingsOf(environment: string): Promise<EnvironmentConfig | null> {
    return (await this.#parts.project()).config?.environments[environment] ?? null
  }

  #tell(promotion: Promotion): void {
    const { live } = this.#parts
    live.tell({ topic: 'promotion', key: promotion.id })
    live.tell({ topic: 'release', key: promotion.release })
    live.tell({ topic: 'line', key: promotion.project })
  }

  #nowText(): string {
    return this.#parts.now().toISOString()
  }
}

/** What a decision rests on. Words that only count time down are no reason to call someone's view out of date. */
const standing = ({ state, gates }: Promotion): string =>
  JSON.stringify([state, gates.map(({ gate, state }) => [gate, state])])

const answers = {
  waiting: 'waiting',
  ready: 'waiting',
  approved: 'approved',
  done: 'approved',
  rejected: 'rejected',
  expired: 'rejected',
} as const

const actions: Partial<Record<Promotion['state'], Act['action']>> = {
  approved: 'promotion.approved',
  rejected: 'promotion.rejected',
  expired: 'promotion.expired',
}

const needsPromotion = (settings: EnvironmentConfig) => settings.approvals > 0 || settings.gates.length > 0
const subjectOf = ({ release, environment }: Promotion) => `${shortSha(release)} → ${environment}`

async function movedOn(promotion: Promotion, store: Store): Promise<GantryError> {
  const [newest] = await store.promotions.list(promotion.project, { environment: promotion.environment, limit: 1 })
  const now =
    newest && newest.release !== promotion.release
      ? `; ${shortSha(newest.release)} asks for ${promotion.environment} now`
      : ''
  return new GantryError(
    'CONFLICT',
    `the promotion of ${shortSha(promotion.release)} is ${promotion.state} by now${now}`,
    { state: promotion.state },
  )
}

/** Someone decided it at the same moment: their decision stands. */
function ignoreConflict(cause: unknown): void {
  if (!(cause instanceof GantryError && cause.code === 'CONFLICT')) throw cause
}
