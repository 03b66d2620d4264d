import {
  approvePromotion,
  GantryError,
  type JobState,
  judgeGates,
  judgePromotion,
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
import { durationMs, type EnvironmentConfig } from '@gantry/core/config'
import type { Chronicle } from '../ledger/chronicle.ts'
import type { LiveHub } from '../live/live-hub.ts'
import { gateFacts } from './gate-facts.ts'

export interface PromotionDeskParts {
  project(): Promise<Project>
  store: Store
  live: LiveHub
  record: Chronicle
  now(): Date
  newId(): string
  /** Takes the run up again that waits for a decided promotion. */
  proceed(runId: string): void
}

/** Where jobs ask whether they may enter an environment, and people answer. */
export interface PromotionDesk {
  /** The engine's question for a job with an `environment`. */
  ask(job: JobState, run: RunState): Promise<'approved' | 'waiting' | 'rejected'>
  approve(id: string, vote: Decision): Promise<Promotion>
  reject(id: string, vote: Decision): Promise<Promotion>
  /** Judges every open promotion anew: gates, time, holds. */
  judgeAll(): Promise<void>
  /** @throws GantryError GATES_NOT_MET unless the release may be deployed there by that run */
  requirePermission(release: string, environment: string, runId: string | null): Promise<void>
  /** The deployment a promotion was for has ended. */
  close(release: string, environment: string): Promise<void>
}

export interface Decision {
  person: Person
  reason: string
  version?: number | undefined
}

export function createPromotionDesk(parts: PromotionDeskParts): PromotionDesk {
  const { store, live, record, now } = parts
  const nowText = () => now().toISOString()
  const tell = (promotion: Promotion) => {
    live.tell({ topic: 'promotion', key: promotion.id })
    live.tell({ topic: 'release', key: promotion.release })
    live.tell({ topic: 'line', key: promotion.project })
  }
  const settingsOf = async (environment: string): Promise<EnvironmentConfig | null> =>
    (await parts.project()).config?.environments[environment] ?? null

  async function judged(promotion: Promotion): Promise<Promotion> {
    const settings = await settingsOf(promotion.environment)
    const release = await releaseOf(promotion)
    const run = await store.runs.get(promotion.project, promotion.runId)
    const gates = judgeGates(await gateFacts(promotion, release, run, store), settings?.gates ?? [], nowText())
    const hold = await store.promotions.hold(promotion.project, promotion.environment)
    return judgePromotion(promotion, { gates, hold, now: nowText() })
  }

  async function requested(
    job: JobState,
    run: RunState,
    environment: string,
    settings: EnvironmentConfig,
  ): Promise<Promotion> {
    const { name } = await parts.project()
    const createdAt = now()
    const first: Promotion = {
      id: parts.newId(),
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
      createdAt: createdAt.toISOString(),
      expiresAt: new Date(createdAt.getTime() + durationMs(settings.approvalExpires)).toISOString(),
      version: 1,
    }
    const promotion = await judged(first)
    await store.promotions.add(promotion)
    await record({
      actor: run.actor,
      action: 'promotion.requested',
      subject: subjectOf(promotion),
      evidence: { run: run.id },
    })
    await expireOlder(promotion)
    tell(promotion)
    return promotion
  }

  /** A newer release asks for the same place: what waited for it before is superseded. */
  async function expireOlder(newer: Promotion): Promise<void> {
    for (const older of await store.promotions.list(newer.project, { environment: newer.environment, open: true })) {
      if (older.id === newer.id || older.release === newer.release) continue
      await settle(movePromotion(older, 'expired'), {
        actor: 'gantry',
        reason: `superseded by ${shortSha(newer.release)}`,
      })
    }
  }

  async function settle(promotion: Promotion, by: { actor: string; reason: string | null }): Promise<Promotion> {
    const stored = await store.promotions.update(promotion)
    const actions = {
      approved: 'promotion.approved',
      rejected: 'promotion.rejected',
      expired: 'promotion.expired',
    } as const
    if (stored.state in actions) {
      const action = actions[stored.state as keyof typeof actions]
      await record({
        ...by,
        action,
        subject: subjectOf(stored),
        evidence: { gates: stored.gates.map(({ gate, state, detail }) => ({ gate, state, detail })) },
      })
      parts.proceed(stored.runId)
    }
    tell(stored)
    return stored
  }

  async function decide(
    id: string,
    { person, reason, version }: Decision,
    rule: typeof approvePromotion,
  ): Promise<Promotion> {
    const { name } = await parts.project()
    const promotion = await store.promotions.get(name, id)
    if (!promotion) throw new GantryError('NOT_FOUND', `no promotion ${id}`)
    if (version !== undefined && version !== promotion.version) throw await movedOn(promotion, store)
    const settings = await settingsOf(promotion.environment)
    const hold = await store.promotions.hold(name, promotion.environment)
    const fresh = await judged(promotion)
    const release = await releaseOf(promotion)
    const decided = rule({
      promotion: fresh,
      release,
      person,
      reason,
      now: nowText(),
      allowSelfApproval: settings?.allowSelfApproval ?? false,
      hold,
    })
    return settle(decided, { actor: person.name, reason })
  }

  async function releaseOf(promotion: Promotion): Promise<Release> {
    const release = await store.releases.get(promotion.project, promotion.release)
    if (release) return release
    throw new GantryError(
      'NOT_FOUND',
      `no release was made of ${shortSha(promotion.release)}: the build job runs \`gantry release\``,
    )
  }

  return {
    async ask(job, run) {
      const environment = job.environment ?? ''
      const settings = await settingsOf(environment)
      if (!settings || !needsPromotion(settings)) return 'approved'
      const known = await store.promotions.forJob(run.id, job.id)
      const promotion = known ?? (await requested(job, run, environment, settings))
      const answers = {
        waiting: 'waiting',
        ready: 'waiting',
        approved: 'approved',
        done: 'approved',
        rejected: 'rejected',
        expired: 'rejected',
      } as const
      return answers[promotion.state]
    },
    approve: (id, vote) => decide(id, vote, approvePromotion),
    reject: (id, vote) => decide(id, vote, rejectPromotion),
    async judgeAll() {
      const { name } = await parts.project()
      for (const promotion of await store.promotions.list(name, { open: true })) {
        const next = await judged(promotion)
        if (JSON.stringify(next) === JSON.stringify(promotion)) continue
        await settle(next, { actor: 'gantry', reason: next.state === 'expired' ? 'its time is over' : null }).catch(
          ignoreConflict,
        )
      }
    },
    async requirePermission(release, environment, runId) {
      const { name } = await parts.project()
      const settings = await settingsOf(environment)
      if (!settings) throw new GantryError('NOT_FOUND', `gantry.config.ts names no environment ${environment}`)
      if (!needsPromotion(settings)) return
      const [promotion] = await store.promotions.list(name, { environment, release, limit: 1 })
      if (
        promotion &&
        (promotion.state === 'approved' || promotion.state === 'done') &&
        (runId === null || promotion.runId === runId)
      )
        return
      throw new GantryError('GATES_NOT_MET', `${shortSha(release)} was not approved for ${environment}`)
    },
    async close(release, environment) {
      const { name } = await parts.project()
      const [promotion] = await store.promotions.list(name, { environment, release, limit: 1 })
      if (promotion?.state === 'approved') tell(await store.promotions.update(movePromotion(promotion, 'done')))
    },
  }
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
