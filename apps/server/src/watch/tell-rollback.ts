import type { Deployment, Store } from '@gantry/core'
import { notBroughtBack } from '../release/env-changes.ts'
import type { IncidentDesk } from './incident-desk.ts'

/** How a rollback ended, for whoever works on its incident. */
export async function tellRollback(
  deployment: Deployment,
  incidents: IncidentDesk,
  { deployments }: Pick<Store, 'deployments'>,
): Promise<void> {
  const { project, environment, createdAt: since, finishedAt: endedAt } = deployment
  const { failure, formerRelease, release: to, state } = deployment
  if (endedAt === null) return
  const span = { project, environment, since, endedAt }
  const release = formerRelease ?? ''
  if (state === 'failed') {
    const why = `${failure ?? 'it failed'}; it still runs`
    return incidents.rollbackEnded(span, { kind: 'not-rolled-back', release, why })
  }
  const tookMs = Date.parse(endedAt) - Date.parse(since)
  const notBack = await notBroughtBack(deployment, deployments)
  return incidents.rollbackEnded(span, { kind: 'rolled-back', release, to, tookMs, notBack })
}
