import { createHash } from 'node:crypto'
import { GantryError, type Monitor, nextMonitor, type Project, type Store } from '@gantry/core'
import { durationMs, type MonitorConfig } from '@gantry/core/config'
import { createScheduler, probeHttp, systemTimers, type Timers } from '@gantry/watch'
import type { LiveHub } from '../live/live-hub.ts'

export interface MonitorWatchParts {
  store: Pick<Store, 'monitors'>
  live: LiveHub
  address(environment: string, service: string): string | null
  probeMark: string
  now(): Date
  onError(cause: unknown): void
  timers?: Timers
}

/** Probes what the config names, in every environment where it has an address. */
export class MonitorWatch {
  readonly #parts: MonitorWatchParts
  readonly #monitors = new Map<string, Monitor>()
  readonly #scheduler: ReturnType<typeof createScheduler>

  constructor(parts: MonitorWatchParts) {
    this.#parts = parts
    this.#scheduler = createScheduler({
      run: id => this.#check(id),
      timers: parts.timers ?? systemTimers,
      onError: parts.onError,
    })
  }

  /** Probes what is to be probed now, and nothing else; call it when the config changed or something went live. */
  async adopt({ name, config }: Project): Promise<void> {
    if (!config) return
    const { monitors } = this.#parts.store
    const known = (await monitors.list(name)).map(({ environment }) => environment)
    for (const environment of new Set([...Object.keys(config.environments), ...known])) {
      const named = environment in config.environments ? Object.entries(config.monitors) : []
      const wanted = named.flatMap(([monitor, settings]) => this.#wanted(name, environment, monitor, settings))
      await monitors.sync(name, environment, wanted)
    }
    const all = await monitors.list(name)
    this.#monitors.clear()
    for (const monitor of all) this.#monitors.set(monitor.id, monitor)
    this.#scheduler.set(all.filter(monitor => this.#hasRhythm(monitor)))
  }

  stop(): Promise<void> {
    return this.#scheduler.stop()
  }

  #wanted(project: string, environment: string, name: string, settings: MonitorConfig): Monitor[] {
    const base = settings.service ? this.#parts.address(environment, settings.service) : null
    // Joined as text: resolved as a reference, the path `//elsewhere/` would be another host, and reach into this network.
    const target = base ? new URL(`${new URL(base).origin}${settings.path}`).href : settings.url
    if (!target) return []
    return [
      {
        id: createHash('sha256').update(`${project}/${environment}/${name}`).digest('hex').slice(0, 24),
        project,
        environment,
        service: settings.service ?? null,
        name,
        type: settings.type,
        target,
        everyMs: durationMs(settings.every),
        timeoutMs: durationMs(settings.timeout),
        confirmations: settings.confirmations,
        state: 'unknown',
        since: null,
        streak: 0,
        last: null,
      },
    ]
  }

  /** The mark is a secret: it goes to the address that Gantry itself answers at, and nowhere else. */
  #isOwnProxy({ environment, service, target }: Monitor): boolean {
    const own = service === null ? null : this.#parts.address(environment, service)
    return own !== null && new URL(own).origin === new URL(target).origin
  }

  /** One that cannot be scheduled must not keep the others from being probed. */
  #hasRhythm({ name, everyMs }: Monitor): boolean {
    if (everyMs > 0) return true
    const message = `monitors.${name}.every: expected a time above zero, so it is not probed`
    this.#parts.onError(new GantryError('CONFIG_INVALID', message))
    return false
  }

  async #check(id: string): Promise<void> {
    const monitor = this.#monitors.get(id)
    if (!monitor) return
    // Services of the `local` provider live on this machine; an address typed by hand may not lead there.
    const result = await probeHttp(monitor.target, {
      timeoutMs: monitor.timeoutMs,
      allowPrivate: monitor.service !== null,
      ...(this.#isOwnProxy(monitor) && { mark: this.#parts.probeMark }),
    })
    const check = { monitor: id, at: this.#parts.now().toISOString(), ...result }
    const next = nextMonitor(monitor, check)
    if (this.#monitors.get(id) === monitor) this.#monitors.set(id, next.monitor)
    await this.#parts.store.monitors.save(next.monitor, check)
    this.#parts.live.tell({ topic: 'monitor', key: id })
    if (next.changed || monitor.state === 'unknown') this.#parts.live.tell({ topic: 'line', key: monitor.project })
  }
}
