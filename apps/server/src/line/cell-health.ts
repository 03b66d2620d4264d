import type { Deployment, Monitor, Traffic } from '@gantry/core'
import type { LineCell } from '@gantry/core/api'
import { plainSummary } from './plain-summary.ts'

type Health = Pick<LineCell, 'health' | 'healthDetail'>

const degradedAbove = 0.05
const enoughRequests = 20

/** How a service does, worst evidence first: its monitors, the verdict on its release, its newest traffic. No data is unknown, never healthy. */
export function cellHealth(facts: {
  deployment: Deployment | null
  monitors: Monitor[]
  traffic: Traffic | null
  service: string
}): Health {
  const { deployment, monitors, traffic, service } = facts
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
  const share = shareText(traffic)
  if (
    traffic &&
    traffic.requests >= enoughRequests &&
    (traffic.failures + traffic.errors) / traffic.requests > degradedAbove
  ) {
    return { health: 'degraded', healthDetail: share }
  }
  if (deployment.verdict?.state === 'watching')
    return { health: 'watching', healthDetail: plainSummary(deployment.verdict) }
  const checked = monitors.filter(({ state }) => state === 'up')
  if (checked.length > 0)
    return { health: 'healthy', healthDetail: traffic?.requests ? share : 'its checks pass; no requests in 5 minutes' }
  return { health: 'unknown', healthDetail: monitors.length > 0 ? 'not checked yet' : 'no monitor watches it' }
}

function shareText(traffic: Traffic | null): string {
  if (!traffic || traffic.requests === 0) return 'no requests in 5 minutes'
  return `${((100 * traffic.failures) / traffic.requests).toFixed(1)} % of ${traffic.requests} requests fail, ${traffic.errors} error events`
}
