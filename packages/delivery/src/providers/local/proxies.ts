import { GantryError, type TrafficSample } from '@gantry/core'
import { openProxy, type ServiceProxy } from './proxy/proxy.ts'
import { trafficCounter } from './proxy/traffic-counter.ts'
import type { PublicPorts } from './public-ports.ts'

export interface Place {
  project: string
  environment: string
  service: string
}

/** The public side of every service on this machine. */
export interface Proxies {
  /** Opens the proxy when needed. Answers the public address. @throws GantryError PORT_IN_USE when none is free */
  open(place: Place): Promise<string>
  get(place: Place): ServiceProxy | null
  address(environment: string, service: string, project: string): string | null
  list(): { place: Place; address: string; release: string | null }[]
  closeOf(project: string): Promise<void>
  /** Closes one for good: its port is given to the next that needs one. */
  remove(place: Place): Promise<void>
  close(): Promise<void>
}

export interface ProxiesSettings {
  host: string
  ports: PublicPorts
  drainMs: number
  probeMark: string
  onTraffic(samples: TrafficSample[]): void
  now(): Date
  log(message: string): void
}

export function openProxies(settings: ProxiesSettings): Proxies {
  const open = new Map<string, { place: Place; proxy: ServiceProxy }>()
  const opening = new Map<string, Promise<ServiceProxy>>()
  const counter = trafficCounter(settings.now, settings.onTraffic)
  const flushing = setInterval(() => counter.flush(), 1_000).unref()
  const addressOf = (proxy: ServiceProxy) => `http://${settings.host}:${proxy.port}`
  return {
    async open(place) {
      const key = keyOf(place)
      const begun =
        opening.get(key) ??
        openAtFreePort(settings, place, (release, isFailure) => counter.count({ ...place, release }, isFailure))
      opening.set(key, begun)
      try {
        const proxy = await begun
        open.set(key, { place, proxy })
        return addressOf(proxy)
      } catch (cause) {
        opening.delete(key)
        throw cause
      }
    },
    get: place => open.get(keyOf(place))?.proxy ?? null,
    address(environment, service, project) {
      const found = [...open.values()].find(
        ({ place }) => place.environment === environment && place.service === service && place.project === project,
      )
      return found ? addressOf(found.proxy) : null
    },
    list: () =>
      [...open.values()].map(({ place, proxy }) => ({ place, address: addressOf(proxy), release: proxy.release() })),
    async closeOf(project) {
      const own = [...open].filter(([, { place }]) => place.project === project)
      await Promise.all(own.map(([, { proxy }]) => proxy.close()))
      for (const [key] of own) {
        open.delete(key)
        opening.delete(key)
      }
      counter.flush(true)
    },
    async remove(place) {
      const key = keyOf(place)
      await (await opening.get(key)?.catch(() => null))?.close()
      open.delete(key)
      opening.delete(key)
      await settings.ports.giveBack(place.project, portKey(place))
    },
    async close() {
      clearInterval(flushing)
      await Promise.all([...open.values()].map(({ proxy }) => proxy.close()))
      open.clear()
      opening.clear()
      counter.flush(true)
    },
  }
}

async function openAtFreePort(
  { host, ports, drainMs, probeMark, log }: ProxiesSettings,
  place: Place,
  onRequest: (release: string, isFailure: boolean) => void,
): Promise<ServiceProxy> {
  const key = portKey(place)
  let wanted: number | null = null
  for await (const port of await ports.candidates(place.project, key)) {
    wanted ??= port
    try {
      const proxy = await openProxy({ host, port, drainMs, probeMark, onRequest })
      if (port !== wanted) log(`port ${wanted} is taken by another program: ${key} is at ${port} now`)
      await ports.keep(place.project, key, port)
      return proxy
    } catch (cause) {
      if (!(cause instanceof Error && 'code' in cause && cause.code === 'EADDRINUSE')) throw cause
    }
  }
  throw new GantryError('PORT_IN_USE', `no port is free for ${key}`)
}

const portKey = ({ environment, service }: Place): string => `${environment}/${service}`

const keyOf = ({ project, environment, service }: Place): string => [project, environment, service].join('/')
