import {
  type Beginning,
  type BroughtChange,
  type Deployment,
  GantryError,
  type GateFacts,
  type Hold,
  isPreviewRelease,
  type Project,
  type Release,
  type RollbackPlan,
  type Store,
  shortSha,
} from '@gantry/core'
import { type Config, requireEnvironment } from '@gantry/core/config'
import type { Delivery } from '@gantry/delivery'
import type { Repository } from '../git/repository.ts'
import type { Chronicle } from '../ledger/chronicle.ts'
import type { ProjectLive } from '../live/project-live.ts'
import type { PromotionDesk } from './promotion-desk.ts'

export interface DeploymentDeskParts {
  project(): Promise<Project>
  store: Store
  delivery: Delivery
  repository: Pick<Repository, 'commit' | 'between'>
  /** Public address of a service of this project; null before its first deployment. */
  address(environment: string, service: string): string | null
  promotions: PromotionDesk
  record: Chronicle
  live: ProjectLive
  now(): Date
  log: { error(facts: object, message: string): void; warn(facts: object, message: string): void }
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
    const { store, delivery, promotions } = this.#parts
    const { name, config } = await this.#configured(environment)
    const release = isPreviewRelease(id) ? null : await store.releases.get(name, id)
    if (!release) throw new GantryError('NOT_FOUND', `no release ${shortSha(id)}`)
    await promotions.begin(id, environment, runId)
    const beginning = { evidence: { commits: await this.#broughtCommits(release, environment) } }
    const asked = { project: name, config, release, environment, requestedBy: by, runId, beginning }
    try {
      const { deployment, ended, isNew } = await delivery.deploy(asked)
      if (isNew) this.follow(ended)
      return deployment
    } catch (cause) {
      await promotions.notBegun(id, environment)
      throw cause
    }
  }

  /** For the ledger: lead time is counted by them. That git cannot tell keeps no release from going. */
  async #broughtCommits(release: Release, environment: string): Promise<BroughtChange['commits']> {
    const { store, repository, log } = this.#parts
    const live = await store.deployments.live(release.project, environment)
    try {
      const commits = live
        ? await repository.between(live.release, release.sha)
        : [await repository.commit(release.sha)]
      return commits.map(({ sha, at }) => ({ sha, at: new Date(at).toISOString() }))
    } catch (cause) {
      log.warn({ err: cause, release: release.id }, 'the commits of a release are not known')
      return []
    }
  }

  /**
   * Puts an earlier release back. With its beginning promotions are held and the bad release is marked, in one
   * transaction: a server that dies now has not forgotten them.
   */
  async rollBack(request: RollbackRequest): Promise<Deployment> {
    const { environment, by, reason, to, runId } = request
    const { delivery, promotions } = this.#parts
    const { name, config } = await this.#configured(environment)
    const { deployment, ended, isNew } = await delivery.rollback({
      project: name,
      config,
      environment,
      to,
      requestedBy: by,
      runId,
      reason,
      beginning: found => this.#consequences(found, { by, because: reason }),
    })
    if (!isNew) return deployment
    this.follow(ended)
    await promotions.judgeAll()
    return deployment
  }

  async rollbackPlan(environment: string, to?: string): Promise<RollbackPlan> {
    const { name, config } = await this.#configured(environment)
    return this.#parts.delivery.rollbackPlan({ project: name, config, environment, to })
  }

  /** Whether an earlier release could be put back there, by what is stored: any server knows it. */
  async canRollBack(environment: string): Promise<boolean> {
    const { name, config } = await this.#configured(environment)
    return (await this.#parts.delivery.wayBack({ project: name, config, environment })).candidates.length > 0
  }

  /** Whether what is live there could come back, if that release were live there already; null where nothing is live. */
  async wayBack(release: Release, environment: string): Promise<GateFacts['wayBack']> {
    const { name, config } = await this.#configured(environment)
    const live = await this.#parts.store.deployments.live(name, environment)
    if (!live || live.release === release.id) return null
    const asked = { project: name, config, environment, to: live.release, asIfLive: release }
    const { isSafe, blockers } = await this.#parts.delivery.wayBack(asked)
    return { to: live.release, isSafe, blockers }
  }

  /** Promotions to an environment wait until somebody resumes them. @throws GantryError ILLEGAL_TRANSITION when they do */
  async holdPromotions(environment: string, { by, reason }: { by: string; reason: string }): Promise<Hold> {
    const { store, record, promotions, live, now } = this.#parts
    const { name } = await this.#configured(environment)
    const held = await store.promotions.hold(name, environment)
    if (held)
      throw new GantryError('ILLEGAL_TRANSITION', `promotions to ${environment} are held already: ${held.because}`)
    const hold = { since: now().toISOString(), because: reason, by }
    await store.promotions.setHold(name, environment, hold)
    await record({ actor: by, action: 'hold.placed', subject: environment, reason })
    await promotions.judgeAll()
    live.tell({ topic: 'line', key: name })
    return hold
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
      const address = this.#parts.address(environment, service)
      return address ? [[`${service.toUpperCase().replaceAll('-', '_')}_URL`, address]] : []
    })
    if (pairs.length > 0) return Object.fromEntries(pairs)
    throw new GantryError('NOT_FOUND', `nothing is live in ${environment}`)
  }

  /** What stays different after a rollback: promotions wait for a person, and the release is not offered again. */
  #consequences({ from, isSafe, blockers }: RollbackPlan, { by, because }: { by: string; because: string }): Beginning {
    return {
      evidence: { from, isSafe, blockers },
      hold: { since: this.#parts.now().toISOString(), because, by },
      bad: from === null ? undefined : { release: from, because },
    }
  }

  /** @throws GantryError CONFIG_MISSING, NOT_FOUND */
  async #configured(environment: string): Promise<{ name: string; config: Config }> {
    const { name, config } = await this.#parts.project()
    if (!config) throw new GantryError('CONFIG_MISSING', 'nothing with a gantry.config.ts was pushed to main yet')
    requireEnvironment(config, environment)
    return { name, config }
  }

  /** Sees a deployment to its end, whoever waits for it: the promotion, the watch. The ledger has it by then. */
  follow(ended: Promise<Deployment>): void {
    ended
      .then(deployment => this.#ended(deployment))
      .catch(cause => this.#parts.log.error({ err: cause }, 'what follows the end of a deployment was not done'))
  }

  /** After a start: what a server that died left undone after a deployment went live. Done again, it changes nothing. */
  async finishLive(): Promise<void> {
    const { store, project } = this.#parts
    const { name, config } = await project()
    for (const environment of Object.keys(config?.environments ?? {})) {
      const live = await store.deployments.live(name, environment)
      if (live) this.follow(Promise.resolve(live))
    }
  }

  async #ended(deployment: Deployment): Promise<void> {
    const { promotions, onEnded, live } = this.#parts
    const { state, kind, release, environment, project } = deployment
    if (state === 'live' && kind === 'deploy') await promotions.close(release, environment)
    if (state === 'failed' && kind === 'deploy') await promotions.notBegun(release, environment)
    await onEnded(deployment)
    live.tell({ topic: 'line', key: project })
  }
}

export interface RollbackRequest {
  environment: string
  by: string
  reason: string
  to?: string | undefined
  runId: string | null
}
