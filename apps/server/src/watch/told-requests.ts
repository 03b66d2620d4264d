import {
  type AtVendor,
  atVendors,
  logWriters,
  type NewLine,
  RecentKeys,
  type SessionFact,
  type Store,
  type TrafficSample,
} from '@gantry/core'
import type { Config } from '@gantry/core/config'
import { requestIn, writerOf } from '@gantry/ingest'

export interface ToldRequestsParts {
  project: string
  store: { deployments: Pick<Store['deployments'], 'allLive' | 'newestIn'> }
  config(): Promise<Pick<Config, 'environments' | 'services'> | null>
  count(samples: TrafficSample[]): void
  onError(cause: unknown): void
  now(): Date
}

/** Who tells of requests, the one that hears all of them first. */
const tellers = ['edge', 'service', 'sessions'] as const
type Teller = (typeof tellers)[number]

/** A teller that was not heard for so long tells no more. */
const heardMs = 10 * 60_000
/** Deployments change seldom, and lines come all the time. */
const placesMs = 2_000
/** Lines of one request come together: what the edge, a function and its output say of it. */
const requestsRemembered = 50_000

/** Batches that wait for the database; what comes beyond that is counted by nobody. */
const mostWaiting = 200

interface Places {
  at: number
  writers: Map<string, AtVendor>
  vendors: AtVendor[]
  health: Map<string, string | undefined>
}

/**
 * Counts the requests to services at vendors, which pass no proxy of this machine: by the lines that tell of them, and by the
 * sessions that clients tell of. A request that several tell of is counted by one of them.
 */
export class ToldRequests {
  readonly #parts: ToldRequestsParts
  readonly #heard = new Map<string, { teller: Teller; at: number }>()
  readonly #requests = new RecentKeys(requestsRemembered)
  readonly #failures = new RecentKeys(requestsRemembered)
  #places: Promise<Places> | null = null
  #counted: Promise<void> = Promise.resolve()
  #waiting = 0

  constructor(parts: ToldRequestsParts) {
    this.#parts = parts
  }

  linesCame(lines: readonly NewLine[]): void {
    const told = lines.flatMap(line => {
      const request = requestIn(line.fields)
      return request === null || request.isOfProbe ? [] : [{ line, request }]
    })
    if (told.length === 0) return
    this.#soon(places => {
      const samples = told.flatMap(({ line, request }) => {
        const place = placeOf(line, places)
        if (place === null || isHealthCheck(request.path, places.health.get(place.service))) return []
        return this.#sample(place, request.by, this.#once(request))
      })
      this.#parts.count(samples)
    })
  }

  sessionsCame(sessions: readonly SessionFact[]): void {
    const told = sessions.filter(({ service, quantity, crashed }) => service !== null && quantity + crashed > 0)
    if (told.length === 0) return
    this.#soon(places => {
      const samples = told.flatMap(({ id, kind, environment, service, release, quantity, crashed }) => {
        const place = places.vendors.find(each => isSame(each, { environment, service, release }))
        if (!place) return []
        // How one session ended is told again with the next.
        const failures = kind === 'request' ? crashed : this.#once({ id, hasFailed: crashed > 0 }).failures
        return this.#sample(place, 'sessions', { requests: quantity, failures })
      })
      this.#parts.count(samples)
    })
  }

  /** Everything that came was counted. */
  async drained(): Promise<void> {
    await this.#counted
  }

  /** Nobody who reports waits for it. */
  #soon(work: (places: Places) => void): void {
    if (this.#waiting >= mostWaiting) return
    this.#waiting += 1
    this.#counted = this.#counted
      .then(async () => work(await this.#fresh()))
      .catch(cause => {
        this.#places = null
        this.#parts.onError(cause)
      })
      .then(() => {
        this.#waiting -= 1
      })
  }

  async #fresh(): Promise<Places> {
    const at = this.#parts.now().getTime()
    const known = await this.#places
    if (known !== null && at - known.at < placesMs) return known
    this.#places = this.#read(at)
    return this.#places
  }

  async #read(at: number): Promise<Places> {
    const { project, store, config } = this.#parts
    const { environments = {}, services = {} } = (await config()) ?? {}
    const live = await store.deployments.allLive(project)
    const deployments = [...live, ...(await store.deployments.newestIn(project, Object.keys(environments)))]
    return {
      at,
      writers: logWriters(deployments),
      vendors: atVendors(deployments),
      health: new Map(Object.entries(services).map(([name, { health }]) => [name, health])),
    }
  }

  /** A line that comes later may know better how its request ended. */
  #once({ id, hasFailed }: { id: string | null; hasFailed: boolean }): Counted {
    if (id === null) return { requests: 1, failures: hasFailed ? 1 : 0 }
    const requests = this.#requests.has(id) ? 0 : 1
    const failures = hasFailed && !this.#failures.has(id) ? 1 : 0
    if (requests > 0) this.#requests.add(id)
    if (failures > 0) this.#failures.add(id)
    return { requests, failures }
  }

  /** By our clock, as all traffic. Nothing where somebody tells of the service who hears more. */
  #sample(
    { environment, service, release }: AtVendor,
    teller: Teller,
    { requests, failures }: Counted,
  ): TrafficSample[] {
    const now = this.#parts.now()
    const key = `${environment}\n${service}`
    const heard = this.#heard.get(key)
    const isHeard = heard !== undefined && now.getTime() - heard.at < heardMs
    if (isHeard && tellers.indexOf(heard.teller) < tellers.indexOf(teller)) return []
    this.#heard.set(key, { teller, at: now.getTime() })
    if (requests + failures === 0) return []
    const { project } = this.#parts
    return [{ project, environment, service, release, at: now.toISOString(), requests, failures, errors: 0 }]
  }
}

interface Counted {
  requests: number
  failures: number
}

/** By the vendor's name for whoever wrote it; else the line has to say all of it by itself. */
function placeOf({ fields, environment, service, release }: NewLine, { writers, vendors }: Places): AtVendor | null {
  const writer = writerOf(fields)
  const written = writer === null ? undefined : writers.get(writer)
  return written ?? vendors.find(each => isSame(each, { environment, service, release })) ?? null
}

const isSame = (a: AtVendor, b: { environment: string; service: string | null; release: string | null }): boolean =>
  a.environment === b.environment && a.service === b.service && a.release === b.release

/** What platforms ask every few seconds is no visit. Pages are asked for by both: these are told apart by who asks. */
const isHealthCheck = (path: string | null, health: string | undefined): boolean =>
  path !== null && path !== '/' && path === health
