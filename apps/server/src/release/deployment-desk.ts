import { type Deployment, GantryError, type Project, type RollbackPlan, type Store, shortSha } from '@gantry/core'
import { type Config, requireEnvironment } from '@gantry/core/config'
import type { Delivery } from '@gantry/delivery'
import type { Chronicle } from '../ledger/chronicle.ts'
import type { LiveHub } from '../live/live-hub.ts'
import type { PromotionDesk } from './promotion-desk.ts'

export interface DeploymentDeskParts {
  project(): Promise<Project>
  store: Store
  delivery: Delivery
  promotions: PromotionDesk
  record: Chronicle
  live: LiveHub
  now(): Date
  log: { error(facts: object, message: string): void }
  /** Told when a deployment went live or failed. */
  onEnded(deployment: Deployment): Promise<void>
}

/** Where deployments and rollbacks are asked for, and followed to their end. */
export class DeploymentDesk {
  readonly #parts: DeploymentDeskParts

  constructor(parts: DeploymentDeskParts) {
    this.#parts = parts
  }

  /** Starts a deployment, or joins the one under way; answers at once. */
  async deploy(request: {
    release: string
    environment: string
    by: string
    runId: string | null
  }): Promise<Deployment> {
    const { release: id, environment, by, runId } = request
    const { store, delivery, promotions, record } = this.#parts
    const { name, config } = await this.#configured(environment)
    const release = await store.releases.get(name, id)
    if (!release) throw new GantryError('NOT_FOUND', `no release ${shortSha(id)}`)
    await promotions.requirePermission(id, environment, runId)
    const asked = {
      project: name,
      config,
      release,
      environment,
      requestedBy: by,
      runId,
      kind: 'deploy',
      reason: null,
    } as const
    const { deployment, ended, isNew } = await delivery.deploy(asked)
    if (!isNew) return deployment
    const subject = `${shortSha(id)} → ${environment}`
    await record({
      actor: by,
      action: 'deployment.requested',
      subject,
      evidence: { deployment: deployment.id, run: runId },
    })
    this.follow(ended)
    return deployment
  }

  /** Puts an earlier release back, holds promotions and marks the bad one. */
  async rollBack(request: RollbackRequest): Promise<Deployment> {
    const { environment, by, reason, to, runId } = request
    const { delivery, record } = this.#parts
    const { name, config } = await this.#configured(environment)
    const plan = await delivery.rollbackPlan({ project: name, config, environment, to })
    // Where something stands in the way, only a person who names the release may go there all the same.
    if (plan.to === null || (to === undefined && !plan.candidates.includes(plan.to))) {
      const why = plan.blockers.join('; ') || 'none was live'
      throw new GantryError('NOTHING_TO_ROLL_BACK_TO', `no earlier release can be restored in ${environment}: ${why}`)
    }
    const subject = `${environment} → ${shortSha(plan.to)}`
    const evidence = { from: plan.from, isSafe: plan.isSafe, blockers: plan.blockers }
    await record({ actor: by, action: 'rollback.requested', subject, reason, evidence })
    const { deployment, ended } = await delivery.rollback({
      project: name,
      config,
      environment,
      to: plan.to,
      requestedBy: by,
      runId,
      reason,
    })
    this.follow(ended)
    await this.#hold(name, environment, by, reason, plan)
    return deployment
  }

  async rollbackPlan(environment: string, to?: string): Promise<RollbackPlan> {
    const { name, config } = await this.#configured(environment)
    return this.#parts.delivery.rollbackPlan({ project: name, config, environment, to })
  }

  async resumePromotions(environment: string, { by, reason }: { by: string; reason: string }): Promise<void> {
    const { store, record, promotions, live } = this.#parts
    const { name } = await this.#configured(environment)
    if (!(await store.promotions.hold(name, environment))) {
      throw new GantryError('ILLEGAL_TRANSITION', `promotions to ${environment} are not held`)
    }
    await store.promotions.setHold(name, environment, null)
    await record({ actor: by, action: 'hold.resumed', subject: environment, reason })
    await promotions.judgeAll()
    live.tell({ topic: 'line', key: name })
  }

  /** Public address of each service, as BACKEND_URL and so on. */
  async urls(environment: string): Promise<Record<string, string>> {
    const { config } = await this.#configured(environment)
    const pairs = Object.keys(config.services).flatMap(service => {
      const address = this.#parts.delivery.address(environment, service)
      return address ? [[`${service.toUpperCase().replaceAll('-', '_')}_URL`, address]] : []
    })
    if (pairs.length > 0) return Object.fromEntries(pairs)
    throw new GantryError('NOT_FOUND', `nothing is live in ${environment}`)
  }

  /** What stays different after a rollback: promotions wait for a person, and the release is not offered again. */
  async #hold(project: string, environment: string, by: string, because: string, plan: RollbackPlan): Promise<void> {
    const { store, record, promotions, now } = this.#parts
    await store.promotions.setHold(project, environment, { since: now().toISOString(), because, by })
    await record({ actor: by, action: 'hold.placed', subject: environment, reason: because })
    if (plan.from) {
      await store.releases.markBad(project, plan.from, because)
      await record({ actor: by, action: 'release.marked-bad', subject: plan.from, reason: because })
    }
    await promotions.judgeAll()
  }

  /** @throws GantryError CONFIG_MISSING, NOT_FOUND */
  async #configured(environment: string): Promise<{ name: string; config: Config }> {
    const { name, config } = await this.#parts.project()
    if (!config) throw new GantryError('CONFIG_MISSING', 'nothing with a gantry.config.ts was pushed to main yet')
    requireEnvironment(config, environment)
    return { name, config }
  }

  /** Sees a deployment to its end, whoever waits for it: the ledger, the promotion, the watch. */
  follow(ended: Promise<Deployment>): void {
    const { onEnded, live, log } = this.#parts
    ended
      .then(async deployment => {
        await this.#recordEnd(deployment)
        await onEnded(deployment)
        live.tell({ topic: 'line', key: deployment.project })
      })
      .catch(cause => log.error({ err: cause }, 'a deployment ended in a way that could not be recorded'))
  }

  async #recordEnd({ id, kind, state, release, environment, failure }: Deployment): Promise<void> {
    const { record, promotions } = this.#parts
    const isLive = state === 'live'
    const action = isLive ? (kind === 'rollback' ? 'rollback.done' : 'deployment.live') : 'deployment.failed'
    const subject = `${shortSha(release)} → ${environment}`
    await record({ actor: 'gantry', action, subject, reason: failure, evidence: { deployment: id } })
    if (isLive && kind === 'deploy') await promotions.close(release, environment)
  }
}

export interface RollbackRequest {
  environment: string
  by: string
  reason: string
  to?: string | undefined
  runId: string | null
}
