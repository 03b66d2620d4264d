import * as z from 'zod'
import type { Alert, AlertState } from '../alert/alert.ts'
import { instantMs } from '../duration/instant.ts'
import { shortSha } from '../words/short-sha.ts'
import type { Deployment, RollbackPlan } from './deployment.ts'

/** The rule of alerts that say a way back is lost. */
export const wayBackLost = 'way-back-lost'

/** When a job was asked last to ask the vendors of an environment. */
export const AskedVendors = z.object({
  at: z.iso.datetime(),
  failure: z.string().nullable().describe('why no job could be started; null: one was'),
})
export type AskedVendors = z.output<typeof AskedVendors>

/** An environment where something is live, and what a rollback would do there now. */
export interface ReadinessPlace {
  live: Pick<Deployment, 'kind' | 'release' | 'liveAt' | 'createdAt'>
  plan: RollbackPlan
  /** Null: never. */
  asked: AskedVendors | null
}

export interface ReadinessFacts {
  project: string
  places: readonly ReadinessPlace[]
  /** Alerts that stand, those of other rules included. */
  open: readonly Alert[]
  now: string
}

/** Vendors are asked once a day: images are pruned and tokens run out in weeks, not in minutes. */
const askEveryMs = 24 * 3_600_000
/** A job waits for a runner, builds nothing, and asks some questions. */
const answerWithinMs = 3 * 3_600_000

/** A rollback is never rolled back, so that after one nothing is asked until the next deployment. */
const hasVendors = ({ live, plan }: ReadinessPlace): boolean =>
  live.kind !== 'rollback' && plan.to !== null && plan.services.some(({ moves, runsIn }) => moves && runsIn === 'job')

/** Whether a job is to be started now that asks the vendors. */
export const isToAskVendors = (place: ReadinessPlace, now: string): boolean =>
  hasVendors(place) && (place.asked === null || instantMs(now) - instantMs(place.asked.at) >= askEveryMs)

/**
 * Why nothing could be put back, or why nobody can tell; null where something could, or where there is nothing yet. A rollback is
 * never rolled back, so that after one nothing is missing until the next deployment.
 */
function whyNoWayBack(place: ReadinessPlace, now: string): string | null {
  const { live, plan, asked } = place
  if (live.kind === 'rollback' || plan.to === null) return null
  const to = shortSha(plan.to)
  if (plan.candidates.length === 0) return `has no way back: ${to} cannot be restored: ${plan.blockers.join('; ')}`
  if (!hasVendors(place) || asked === null) return null
  const unproved = `is not known to have a way back to ${to}`
  if (asked.failure !== null) return `${unproved}: no job could be started that asks the vendors: ${asked.failure}`
  const unknown = plan.looked.filter(({ state }) => state === 'unknown')
  if (unknown.length > 0) return `${unproved}: ${unknown.map(({ service, why }) => `${service}: ${why}`).join('; ')}`
  const isLate = instantMs(now) - instantMs(asked.at) >= answerWithinMs
  const isAnswered = plan.looked.some(({ at }) => instantMs(at) >= instantMs(asked.at))
  return isLate && !isAnswered
    ? `${unproved}: the job that was to ask the vendors since ${asked.at} said nothing`
    : null
}

/** Which environments lost their way back, and which have one again: one alert for each, which stands until there is one. */
export function decideReadiness(facts: ReadinessFacts): (Alert & { state: Exclude<AlertState, 'pending'> })[] {
  const { project, now } = facts
  const open = facts.open.filter(({ rule }) => rule === wayBackLost)
  const lost = facts.places.flatMap(place => {
    const why = whyNoWayBack(place, now)
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
      summary: `${environment} ${why}`.slice(0, 300),
      ...{ since: now, firedAt: now, resolvedAt: null, incident: null },
    })),
    ...over.map(alert => ({ ...alert, state: 'resolved' as const, resolvedAt: now })),
  ]
}
