import { type Deployment, type Monitor, percent, saidWindow, type Traffic } from '@gantry/core'
import type { LineCell } from '@gantry/core/api'
import { plainSummary } from './plain-summary.ts'

type Health = Pick<LineCell, 'health' | 'healthDetail'>

const degradedAbove = 0.05
const enoughRequests = 20

/** How a service does, worst evidence first: its monitors, the verdict on its release, its newest traffic. No data is unknown, never healthy. */
export function cellHealth(facts: {
  deployment: Deployment | null
  monitors: Monitor[]
  /** Of the live release, in the window. */
  traffic: Traffic | null
  windowMs: number
  service: string
}): Health {
  const { deployment, monitors, traffic, windowMs, service } = facts
  if (!deployment) return { health: 'unknown', healthDetail: 'nothing was deployed here yet' }
  const down = monitors.find(({ state }) => state === 'down')
  if (down)
    return {
      health: 'down',
      healthDetail: `${down.name} fails: ${down.last?.error ?? `status ${down.last?.status ?? 'unknown'}`}`,
    }
  const signals = deployment.verdict?.signals.filter(signal => signal.service === service) ?? []
  if (deployment.verdict?.state === 'worse' && signals.some(({ state }) => state === 'worse')) {
    return { health: 'worse', healthDetail: plainSummary(deployment.verdict) }
  }
  const share = shareText(traffic, windowMs)
  if (traffic && traffic.requests >= enoughRequests && badShare(traffic) > degradedAbove) {
    return { health: 'degraded', healthDetail: share }
  }
  if (deployment.verdict?.state === 'watching' && !signals.every(({ state }) => state === 'healthy'))
    return { health: 'watching', healthDetail: share }
  const checked = monitors.filter(({ state }) => state === 'up')
  if (checked.length > 0)
    return { health: 'healthy', healthDetail: traffic?.requests ? share : `its checks pass; ${share}` }
  return { health: 'unknown', healthDetail: monitors.length > 0 ? 'not checked yet' : 'no monitor watches it' }
}

/** Most faults fail a request and report an error: whichever are more, as alerts and verdicts count them. */
export const badShare = ({ requests, failures, errors }: Omit<Traffic, 'service' | 'release'>): number =>
  requests === 0 ? 0 : Math.min(1, Math.max(failures, errors) / requests)

function shareText(traffic: Traffic | null, windowMs: number): string {
  const window = saidWindow(windowMs)
  if (!traffic || traffic.requests === 0) return `no requests in ${window}`
  const failed = percent(Math.min(1, traffic.failures / traffic.requests))
  return `${failed} of ${traffic.requests} requests in ${window} fail, ${traffic.errors} error events`
}
