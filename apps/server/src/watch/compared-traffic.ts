import {
  type Deployment,
  type FormerTraffic,
  formerTraffic,
  type ServiceTraffic,
  type Store,
  type Traffic,
} from '@gantry/core'

type Series = Pick<Store['alerts'], 'trafficSeries'>

/** How far back the former release's traffic is compared with. */
const baselineMs = 24 * 3_600_000

/**
 * The traffic a verdict compares. What went to the former release is over when the new one goes live: it is read and
 * worked out once for each environment, for a day of it is a thousand windows a service.
 */
export class ComparedTraffic {
  readonly #alerts: Series
  readonly #former = new Map<string, { deployment: string; services: Map<string, FormerTraffic> }>()

  constructor(alerts: Series) {
    this.#alerts = alerts
  }

  async of(deployment: Deployment, now: Date): Promise<ServiceTraffic[]> {
    const { project, environment, release } = deployment
    const former = await this.#formerOf(deployment)
    const from = startOfSecond(wentLive(deployment))
    const to = new Date(now.getTime() + 1_000).toISOString()
    const rows = await this.#alerts.trafficSeries(project, { environment, from, to, bucketMs: 1_000 })
    const current = byService(rows, release)
    const services = new Set([...former.keys(), ...current.keys()])
    return [...services].map(service => ({
      service,
      former: former.get(service) ?? formerTraffic([]),
      current: current.get(service) ?? [],
    }))
  }

  async #formerOf(deployment: Deployment): Promise<Map<string, FormerTraffic>> {
    const { id, project, environment, formerRelease } = deployment
    const place = `${project}/${environment}`
    const known = this.#former.get(place)
    if (known?.deployment === id) return known.services
    const to = wentLive(deployment)
    const from = new Date(Date.parse(to) - baselineMs).toISOString()
    const rows = await this.#alerts.trafficSeries(project, { environment, from, to, bucketMs: 60_000 })
    const services = new Map(
      [...byService(rows, formerRelease)].map(([service, minutes]) => [service, formerTraffic(minutes)]),
    )
    this.#former.set(place, { deployment: id, services })
    return services
  }
}

const wentLive = ({ liveAt, createdAt }: Deployment): string => liveAt ?? createdAt

/** Traffic is counted by the second: without the one it went live in, its first requests would be lost. */
const startOfSecond = (at: string): string => new Date(Math.floor(Date.parse(at) / 1_000) * 1_000).toISOString()

function byService<T extends Traffic>(rows: T[], release: string | null): Map<string, T[]> {
  return Map.groupBy(
    rows.filter(row => row.release === release && row.service !== ''),
    ({ service }) => service,
  )
}
