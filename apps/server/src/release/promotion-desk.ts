import {
  approvePromotion,
  GantryError,
  isOpenPromotion,
  isUndoRun,
  type JobState,
  movePromotion,
  overrideGate,
  type Person,
  type Project,
  type Promotion,
  type RunState,
  rejectPromotion,
  shortSha,
  shownVotes,
  whyReopened,
  withdrawApproval,
} from '@gantry/core'
import { approvalRule, type EnvironmentConfig, requireEnvironment } from '@gantry/core/config'
import type { Act, Chronicle } from '../ledger/chronicle.ts'
import type { ProjectLive } from '../live/project-live.ts'
import { earliest } from '../watch/due-work.ts'
import { partsOf } from './brings.ts'
import { ignoreConflict, movedOn, untilUnmoved } from './moved-meanwhile.ts'
import { type AskedPromotion, newPromotion } from './new-promotion.ts'
import { isGoing, isThere } from './under-way.ts'
import { type Weighed, type WeighingParts, weighPromotion } from './weigh-promotion.ts'

export interface PromotionDeskParts extends WeighingParts {
  name: string
  /** As it is stored now: whether somebody has to approve must not rest on a config that was replaced. */
  project(): Promise<Project>
  live: ProjectLive
  record: Chronicle
  now(): Date
  newId(): string
  /** Takes the run up again that waits for a decided promotion. */
  proceed(runId: string): void
  /**
   * Returns once GitHub said who pushed what until that moment: before that no yes counts.
   * @throws GantryError VENDOR_REFUSED
   */
  knowPushes(moment: string): Promise<void>
  /** All gates are met: people are asked. */
  onReady(promotion: Promotion): void
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
    // What it puts back was approved before, and to start it takes the right to roll back.
    if (isUndoRun(run)) return 'approved'
    const environment = job.environment ?? ''
    const settings = await this.#settingsOf(environment)
    if (!settings || !needsPromotion(settings)) return 'approved'
    const { name } = this.#parts
    const known = await this.#parts.store.promotions.forJob(name, run.id, job.id)
    // A crash after it was asked may have left those before it open.
    if (known && isOpenPromotion(known.state))
      await this.#expireOlder(known, older => older.createdAt < known.createdAt)
    const asked = { release: run.sha, environment, runId: run.id, jobId: job.id, actor: run.actor }
    const promotion = known ?? (await this.#requested(asked, settings))
    return answers[promotion.state]
  }

  /** The same for a job that runs elsewhere and is told later; null: nothing and nobody has to let it in. */
  async request(asked: AskedPromotion): Promise<Promotion | null> {
    const { config } = await this.#parts.project()
    const settings = requireEnvironment(config ?? { environments: {} }, asked.environment)
    if (!needsPromotion(settings)) return null
    const [newest] = await this.#of(asked.release, asked.environment)
    const isAskedAgain = newest?.runId === asked.runId && newest.jobId === asked.jobId
    return newest && (isAskedAgain || answers[newest.state] !== 'rejected') ? newest : this.#requested(asked, settings)
  }

  /** One person's yes. The last one needed lets the release go. */
  async approve(id: string, decision: Decision): Promise<Promotion> {
    const { promotions } = this.#parts.store
    const asked = await promotions.get(this.#parts.name, id)
    if (asked && !(await this.#settingsOf(asked.environment))?.allowSelfApproval)
      await this.#parts.knowPushes(asked.createdAt)
    return untilUnmoved(decision.version, () => this.#approved(id, decision))
  }

  async #approved(id: string, decision: Decision): Promise<Promotion> {
    const { person, reason } = decision
    const { promotions } = this.#parts.store
    const { said, weighed, settings } = await this.#looked(id, decision)
    const { contributors } = await partsOf(said.promotion, this.#parts)
    const approved = approvePromotion({
      ...said,
      contributors,
      knownAs: (await this.#parts.voter(person.id)).knownAs,
      rule: weighed.votes,
      expireMs: approvalRule(settings?.approvals ?? 0).expireMs,
      hold: await promotions.hold(said.promotion.project, said.promotion.environment),
    })
    const stored = await this.#settle(approved, { actor: person.name, reason })
    if (stored.state !== 'approved')
      await this.#record(stored, { actor: person.name, reason, action: 'approval.given' })
    return stored
  }

  /** One person's no. It ends it. */
  async reject(id: string, decision: Decision): Promise<Promotion> {
    return untilUnmoved(decision.version, async () => {
      const { said } = await this.#looked(id, decision)
      return this.#settle(rejectPromotion(said), { actor: decision.person.name, reason: decision.reason })
    })
  }

  /** Somebody takes their own yes back, while nothing of it is under way. */
  async withdraw(id: string, decision: Decision): Promise<Promotion> {
    const { person, reason } = decision
    const { said } = await this.#looked(id, decision)
    const promotion = await this.#unlessForgotten(said.promotion)
    const { judged } = await this.#weighed(withdrawApproval({ ...said, promotion }))
    const stored = await this.#settle(judged, { actor: person.name, reason })
    await this.#record(stored, { actor: person.name, reason, action: 'approval.withdrawn' })
    return stored
  }

  /** An owner lets it past a gate that is about the moment, such as a freeze. */
  async override(id: string, gate: string, decision: Decision): Promise<Promotion> {
    const { person, reason } = decision
    const { said } = await this.#looked(id, decision)
    const was = said.promotion.gates.find(each => each.gate === gate && each.state !== 'met')
    const { judged } = await this.#weighed(overrideGate({ ...said, gate }))
    const stored = await this.#settle(judged, { actor: person.name, reason })
    const evidence = { gate, said: was?.detail ?? null }
    await this.#record(stored, { actor: person.name, reason, action: 'gate.overridden' }, evidence)
    return stored
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

  /** The promotion with its gates and votes as they are at this moment, for people to look at. Changes nothing. */
  async shown(promotion: Promotion): Promise<Promotion> {
    const settings = await this.#settingsOf(promotion.environment)
    const allowSelfApproval = settings?.allowSelfApproval ?? false
    if (!isUndecided(promotion)) return { ...promotion, allowSelfApproval }
    const { judged, votes } = await this.#weighed(promotion, settings)
    const approvals = shownVotes(promotion, votes, this.#nowText())
    return { ...judged, state: promotion.state, approvals, allowSelfApproval }
  }

  /**
   * From here on its deployment is under way: no yes is taken back any more. Votes are counted once more before.
   * @throws GantryError GATES_NOT_MET, PROMOTIONS_HELD unless the release may be deployed there by that run
   */
  async begin(release: string, environment: string, runId: string | null): Promise<void> {
    const { name, store } = this.#parts
    const { config } = await this.#parts.project()
    const settings = requireEnvironment(config ?? { environments: {} }, environment)
    if (!needsPromotion(settings)) return
    // Another run may have asked for the same release since: what people decided for this one stands.
    const promotion = (await this.#of(release, environment)).find(asked => runId === null || asked.runId === runId)
    if (promotion?.state !== 'approved' && promotion?.state !== 'done')
      throw new GantryError('GATES_NOT_MET', `${shortSha(release)} was not approved for ${environment}`)
    if (await isThere(promotion, store.deployments)) return
    const hold = await store.promotions.hold(name, environment)
    if (hold)
      throw new GantryError('PROMOTIONS_HELD', `promotions to ${environment} are held: ${hold.because}`, { hold })
    const bad = (await store.releases.get(name, release))?.badBecause ?? null
    if (bad !== null) throw new GantryError('GATES_NOT_MET', `${shortSha(release)} was marked bad: ${bad}`)
    if (promotion.state === 'approved') await this.#beginApproved(promotion)
  }

  /** The deployment a promotion was for failed, or never began: what was approved may be taken back, or tried again. */
  async notBegun(release: string, environment: string): Promise<void> {
    for (const { begunAt, ...promotion } of await this.#of(release, environment)) {
      if (promotion.state !== 'approved' || begunAt === undefined) continue
      await this.#parts.store.promotions.update(promotion).then(told => this.#tell(told), ignoreConflict)
    }
  }

  /** The deployment a promotion was for went live: every run that was let through has what it asked for. */
  async close(release: string, environment: string): Promise<void> {
    for (const promotion of await this.#of(release, environment)) {
      if (promotion.state !== 'approved') continue
      const done = this.#parts.store.promotions.update(movePromotion(promotion, 'done'))
      await done.then(closed => this.#tell(closed), ignoreConflict)
    }
  }

  /** The row's version decides between this and whoever takes a yes back at the same moment. */
  async #beginApproved(promotion: Promotion): Promise<void> {
    const { begunAt: _forgotten, ...approved } = promotion
    const { judged } = await this.#weighed(approved)
    if (judged.state !== 'approved') {
      await this.#settle(judged, { actor: 'gantry', reason: whyReopened(judged) })
      throw new GantryError(
        'GATES_NOT_MET',
        `${shortSha(promotion.release)} is not approved for ${promotion.environment} any more: ${whyReopened(judged)}`,
      )
    }
    const begun = await this.#parts.store.promotions
      .update({ ...approved, begunAt: this.#nowText() })
      .catch(ignoreConflict)
    if (begun) return this.#tell(begun)
    const known = await this.#parts.store.promotions.get(promotion.project, promotion.id)
    if (known?.state === 'approved') return this.#beginApproved(known)
    throw new GantryError(
      'GATES_NOT_MET',
      `${shortSha(promotion.release)} was ${known?.state ?? 'forgotten'} meanwhile`,
    )
  }

  /** That a deployment began is forgotten when none came of it: a server died in between. */
  async #unlessForgotten(promotion: Promotion): Promise<Promotion> {
    const { begunAt: _, ...rest } = promotion
    return promotion.begunAt === undefined || (await this.#isGoing(promotion)) ? promotion : rest
  }

  async #judgeAnew(promotion: Promotion): Promise<Date | null> {
    if (!isUndecided(promotion)) return null
    const { judged: next, dueAt } = await this.#weighed(promotion)
    if (standing(next) === standing(promotion)) return dueAt
    const isReopened = promotion.state === 'approved'
    const reason = next.state === 'expired' ? 'its time is over' : isReopened ? whyReopened(next) : null
    await this.#settle(next, { actor: 'gantry', reason }).catch(ignoreConflict)
    return dueAt
  }

  async #requested(asked: AskedPromotion, settings: EnvironmentConfig): Promise<Promotion> {
    const { store, record } = this.#parts
    const { judged: promotion } = await this.#weighed(newPromotion(asked, settings, this.#parts))
    await store.promotions.add(promotion)
    await record({
      actor: asked.actor,
      action: 'promotion.requested',
      subject: subjectOf(promotion),
      evidence: { run: asked.runId },
    })
    await this.#expireOlder(promotion)
    if (promotion.state === 'ready') this.#parts.onReady(promotion)
    this.#tell(promotion)
    return promotion
  }

  /** What somebody decides about, as it is at this moment. */
  async #looked(id: string, { person, reason, version }: Decision) {
    const { name, store } = this.#parts
    const promotion = await store.promotions.get(name, id)
    if (!promotion) throw new GantryError('NOT_FOUND', `no promotion ${id}`)
    if (version !== undefined && version !== promotion.version) throw await movedOn(promotion, store)
    const settings = await this.#settingsOf(promotion.environment)
    const weighed = await this.#weighed(promotion, settings)
    const { judged, release } = weighed
    return { said: { promotion: judged, release, person, reason, now: this.#nowText() }, weighed, settings }
  }

  async #weighed(promotion: Promotion, settings?: EnvironmentConfig | null): Promise<Weighed> {
    const known = settings === undefined ? await this.#settingsOf(promotion.environment) : settings
    return weighPromotion(promotion, known, this.#nowText(), this.#parts)
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
  async #canExpire(promotion: Promotion): Promise<boolean> {
    return isOpenPromotion(promotion.state) || (promotion.state === 'approved' && !(await this.#isGoing(promotion)))
  }

  #isGoing(promotion: Promotion): Promise<boolean> {
    return isGoing(promotion, this.#parts.now(), this.#parts.store.deployments)
  }

  async #settle(promotion: Promotion, by: { actor: string; reason: string | null }): Promise<Promotion> {
    const before = await this.#parts.store.promotions.get(promotion.project, promotion.id)
    const stored = await this.#parts.store.promotions.update(promotion)
    const isReopened = before?.state === 'approved' && isOpenPromotion(stored.state)
    const action = isReopened ? 'promotion.reopened' : actions[stored.state]
    try {
      if (action) await this.#record(stored, { ...by, action })
      return stored
    } finally {
      // It is decided, whether it could be written into the ledger or not: nothing else would take the run up again.
      if (action && !isReopened) this.#parts.proceed(stored.runId)
      if (stored.state === 'ready') this.#parts.onReady(stored)
      this.#tell(stored)
    }
  }

  async #record(promotion: Promotion, act: Omit<Act, 'subject' | 'evidence'>, more: object = {}): Promise<void> {
    // What the proof lacked when a person decided is part of what the decision rested on.
    const gates = promotion.gates.map(({ evidence: _path, title: _title, next: _next, ...judged }) => judged)
    const approvals = promotion.approvals.map(({ person, decision, reason, at }) => ({ person, decision, reason, at }))
    const evidence = { gates, ...(approvals.length > 0 && { approvals }), ...more }
    await this.#parts.record({ ...act, subject: subjectOf(promotion), evidence })
  }

  /** Newest first. */
  async #of(release: string, environment: string): Promise<Promotion[]> {
    const { name } = this.#parts
    return this.#parts.store.promotions.list(name, { environment, release })
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

/** Whether gates, people or time may still change it. */
const isUndecided = ({ state, begunAt }: Promotion): boolean =>
  isOpenPromotion(state) || (state === 'approved' && begunAt === undefined)

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

const needsPromotion = ({ approvals, gates }: EnvironmentConfig) =>
  approvalRule(approvals).needed > 0 || gates.length > 0
const subjectOf = ({ release, environment }: Promotion) => `${shortSha(release)} → ${environment}`
