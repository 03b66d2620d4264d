import type { AskedFacts, GivenFacts, RequestCounts, Store, Traffic } from '@gantry/core'

/** Where and when facts are asked for. */
export interface RulePlace {
  project: string
  environment: string
  /** The release that is live there; null when none is. */
  release: string | null
  now: Date
}

type Gather = {
  [F in keyof AskedFacts]: (
    asked: AskedFacts[F],
    place: RulePlace,
    store: Pick<Store, 'alerts' | 'monitors'>,
  ) => Promise<GivenFacts[F]>
}

/** How each fact a rule may ask for is got. */
const gather: Gather = {
  async traffic({ overMs, beforeMs }, { project, environment, release, now }, { alerts }) {
    const to = now.getTime() + 1_000
    const from = to - overMs
    const between = (start: number, end: number) => ({
      environment,
      from: new Date(start).toISOString(),
      to: new Date(end).toISOString(),
    })
    const [current, before] = await Promise.all([
      alerts.traffic(project, { ...between(from, to), ...(release !== null && { release }) }),
      beforeMs === null ? [] : alerts.traffic(project, between(from - beforeMs, from)),
    ])
    return [...new Set(current.map(({ service }) => service))].map(service => ({
      service,
      current: total(current, service),
      before: total(before, service),
    }))
  },
  async monitor({ name }, { project, environment }, { monitors }) {
    const all = await monitors.list(project)
    return all.find(each => each.name === name && each.environment === environment) ?? null
  },
}

/** What a rule asked to know, and nothing else. */
export async function givenFacts(
  asked: Partial<AskedFacts>,
  place: RulePlace,
  store: Pick<Store, 'alerts' | 'monitors'>,
): Promise<Partial<GivenFacts>> {
  const given: Partial<GivenFacts> = {}
  if (asked.traffic) given.traffic = await gather.traffic(asked.traffic, place, store)
  if (asked.monitor) given.monitor = await gather.monitor(asked.monitor, place, store)
  return given
}

function total(rows: Traffic[], service: string): RequestCounts {
  const own = rows.filter(row => row.service === service)
  const sum = (pick: (row: Traffic) => number) => own.reduce((all, row) => all + pick(row), 0)
  return { requests: sum(row => row.requests), failures: sum(row => row.failures), errors: sum(row => row.errors) }
}
