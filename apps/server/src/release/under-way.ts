import type { DeploymentStore, Promotion } from '@gantry/core'

type Deployments = Pick<DeploymentStore, 'live' | 'unfinished'>

/** A deployment is stored right after it began. */
const forgottenAfterMs = 60_000

/** Whether the release is live where it was to go, or under way there. */
export async function isThere(
  { project, environment, release }: Promotion,
  deployments: Deployments,
): Promise<boolean> {
  if ((await deployments.live(project, environment))?.release === release) return true
  const underWay = await deployments.unfinished(project)
  return underWay.some(one => one.environment === environment && one.release === release)
}

/** Whether its deployment began a moment ago, and may not be stored yet, or the release is there. */
export async function isGoing(promotion: Promotion, now: Date, deployments: Deployments): Promise<boolean> {
  const { begunAt } = promotion
  const isNew = begunAt !== undefined && Date.parse(begunAt) > now.getTime() - forgottenAfterMs
  return isNew || isThere(promotion, deployments)
}
