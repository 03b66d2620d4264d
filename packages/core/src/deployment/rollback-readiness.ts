import type { Alert, AlertState } from '../alert/alert.ts'
import { shortSha } from '../words/short-sha.ts'
import type { Deployment, RollbackPlan } from './deployment.ts'

/** The rule of alerts that say a way back is lost. */
export const wayBackLost = 'way-back-lost'

export interface ReadinessFacts {
  project: string
  /** Of each environment where something is live: what is, and what a rollback would do now. */
  places: readonly { live: Pick<Deployment, 'kind' | 'release' | 'liveAt' | 'createdAt'>; plan: RollbackPlan }[]
  /** Alerts that stand, those of other rules included. */
  open: readonly Alert[]
  now: string
}

/**
 * Why nothing could be put back; null where something could, or where there is nothing yet. A rollback is never rolled back, so
 * that after one nothing is missing until the next deployment.
 */
function whyNoWayBack({ live, plan }: ReadinessFacts['places'][number]): string | null {
  if (live.kind === 'rollback' || plan.to === null || plan.candidates.length > 0) return null
  return `${shortSha(plan.to)} cannot be restored: ${plan.blockers.join('; ')}`
}

/** Which environments lost their way back, and which have one again: one alert for each, which stands until there is one. */
export function decideReadiness(facts: ReadinessFacts): (Alert & { state: Exclude<AlertState, 'pending'> })[] {
  const { project, now } = facts
  const open = facts.open.filter(({ rule }) => rule === wayBackLost)
  const lost = facts.places.flatMap(place => {
    const why = whyNoWayBack(place)
    return why === null ? [] : [{ ...place, why }]
  })
  const isOpen = (environment: string) => open.some(alert => alert.environment === environment)
  const begun = lost.filter(({ plan }) => !isOpen(plan.environment))
  const over = open.filter(alert => !lost.some(({ plan }) => plan.environment === alert.environment))
  return [
    ...begun.map(({ live, plan: { environment }, why }) => ({
      id: `${wayBackLost}/${environment}/${now}`,
      key: `anomaly/${wayBackLost}/${environment}`,
      rule: wayBackLost,
      ...{ project, environment, service: null, release: live.release, severity: 'warning' as const },
      state: 'firing' as const,
      summary: `${environment} has no way back: ${why}`.slice(0, 300),
      ...{ since: now, firedAt: now, resolvedAt: null, incident: null },
    })),
    ...over.map(alert => ({ ...alert, state: 'resolved' as const, resolvedAt: now })),
  ]
}
