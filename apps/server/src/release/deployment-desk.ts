import {
  type Deployment,
  GantryError,
  type Project,
  type Release,
  type RollbackPlan,
  type Store,
  shortSha,
} from '@gantry/core'
import type { Config } from '@gantry/core/config'
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

export interface DeploymentDesk {
  /** Starts a deployment, or joins the one under way; answers at once. */
  deploy(request: { release: string; environment: string; by: string; runId: string | null }): Promise<Deployment>
  rollBack(request: {
    environment: string
    by: string
    reason: string
    to?: string | undefined
    runId: string | null
  }): Promise<Deployment>
  rollbackPlan(environment: string, to?: string): Promise<RollbackPlan>
  resumePromotions(environment: string, act: { by: string; reason: string }): Promise<void>
  urls(environment: string): Promise<Record<string, string>>
}

export function createDeploymentDesk(parts: DeploymentDeskParts): DeploymentDesk {
  const { store, delivery, record, live } = parts
  const configured = async (): Promise<{ name: string; config: Config }> => {
    const { name, config } = await parts.project()
    if (config) return { name, config }
    throw new GantryError('CONFIG_MISSING', 'nothing with a gantry.config.ts was pushed to main yet')
  }
  const releaseOf = async (project: string, id: string): Promise<Release> => {
    const release = await store.releases.get(project, id)
    if (release) return release
    throw new GantryError('NOT_FOUND', `no release ${shortSha(id)}`)
  }
  /** Follows a deployment to its end, whoever waits for it. */
  const follow = (ended: Promise<Deployment>, after: (deployment: Deployment) => Promise<void>) => {
    ended
      .then(async deployment => {
        await after(deployment)
        await parts.onEnded(deployment)
        live.tell({ topic: 'line', key: deployment.project })
      })
      .catch(cause => parts.log.error({ err: cause }, 'a deployment ended in a way that could not be recorded'))
  }

  return {
    async deploy({ release: id, environment, by, runId }) {
      const { name, config } = await configured()
      const release = await releaseOf(name, id)
      await parts.promotions.requirePermission(id, environment, runId)
      const { deployment, ended, isNew } = await delivery.deploy({
        project: name,
        config,
        release,
        environment,
        requestedBy: by,
        runId,
        kind: 'deploy',
        reason: null,
      })
      if (!isNew) return deployment
      await record({
        actor: by,
        action: 'deployment.requested',
        subject: `${shortSha(id)} → ${environment}`,
        evidence: { deployment: deployment.id, run: runId },
      })
      follow(ended, async done => {
        const isLive = done.state === 'live'
        await record({
          actor: 'gantry',
          action: isLive ? 'deployment.live' : 'deployment.failed',
          subject: `${shortSha(id)} → ${environment}`,
          reason: done.failure,
          evidence: { deployment: done.id },
        })
        if (isLive) await parts.promotions.close(id, environment)
      })
      return deployment
    },

    async rollBack({ environment, by, reason, to, runId }) {
      const { name, config } = await configured()
      const plan = await delivery.rollbackPlan({ project: name, config, environment, to })
      if (plan.to === null)
        throw new GantryError(
          'NOTHING_TO_ROLL_BACK_TO',
          `no earlier release can be restored in ${environment}: ${plan.blockers.join('; ') || 'none was live'}`,
        )
      await record({
        actor: by,
        action: 'rollback.requested',
        subject: `${environment} → ${shortSha(plan.to)}`,
        reason,
        evidence: { from: plan.from, isSafe: plan.isSafe, blockers: plan.blockers },
      })
      await hold(name, environment, by, reason, plan)
      const { deployment, ended } = await delivery.rollback({
        project: name,
        config,
        environment,
        to: plan.to,
        requestedBy: by,
        runId,
        reason,
      })
      follow(ended, async done => {
        const isDone = done.state === 'live'
        await record({
          actor: 'gantry',
          action: isDone ? 'rollback.done' : 'deployment.failed',
          subject: `${environment} → ${shortSha(done.release)}`,
          reason: done.failure,
          evidence: { deployment: done.id },
        })
      })
      return deployment
    },

    async rollbackPlan(environment, to) {
      const { name, config } = await configured()
      return delivery.rollbackPlan({ project: name, config, environment, to })
    },

    async resumePromotions(environment, { by, reason }) {
      const { name } = await configured()
      if (!(await store.promotions.hold(name, environment)))
        throw new GantryError('ILLEGAL_TRANSITION', `promotions to ${environment} are not held`)
      await store.promotions.setHold(name, environment, null)
      await record({ actor: by, action: 'hold.resumed', subject: environment, reason })
      await parts.promotions.judgeAll()
      live.tell({ topic: 'line', key: name })
    },

    async urls(environment) {
      const { config } = await configured()
      const pairs = Object.keys(config.services).flatMap(service => {
        const address = delivery.address(environment, service)
        return address ? [[`${service.toUpperCase().replaceAll('-', '_')}_URL`, address]] : []
      })
      if (pairs.length > 0) return Object.fromEntries(pairs)
      throw new GantryError('NOT_FOUND', `nothing is live in ${environment}`)
    },
  }

  /** What stays different after a rollback: promotions wait for a person, and the release is not offered again. */
  async function hold(
    project: string,
    environment: string,
    by: string,
    because: string,
    plan: RollbackPlan,
  ): Promise<void> {
    await store.promotions.setHold(project, environment, { since: parts.now().toISOString(), because, by })
    await record({ actor: by, action: 'hold.placed', subject: environment, reason: because })
    if (plan.from) {
      await store.releases.markBad(project, plan.from, because)
      await record({ actor: by, action: 'release.marked-bad', subject: plan.from, reason: because })
    }
    await parts.promotions.judgeAll()
  }
}
