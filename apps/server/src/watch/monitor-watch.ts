import { createHash } from 'node:crypto'
import { checkInType, GantryError, type Monitor, type MonitorStore, nextMonitor, type Project } from '@gantry/core'
import { durationMs, type MonitorConfig } from '@gantry/core/config'
import { createScheduler, probeFor, systemTimers, type Timers } from '@gantry/watch'
import type { ProjectLive } from '../live/project-live.ts'

export interface MonitorWatchParts {
  store: { monitors: Pick<MonitorStore, 'sync' | 'save' | 'list'> }
  live: ProjectLive
  address(environment: string, service: string): string | null
  probeMark: string
  /** Whether it answers is another now. */
  onChange(monitor: Monitor): void
  now(): Date
  onError(cause: unknown): void
  timers?: Timers
}

/** What the config calls it and says of it, with the probe that does it. */
type BoundProbe = { name: string; config: MonitorConfig } & Awaited<ReturnType<typeof probeFor>>

/** Probes what the config names, in every environment where it has an address. */
export class MonitorWatch {
  readonly #parts: MonitorWatchParts
  readonly #monitors = new Map<string, Monitor>()
  /** The probe of each, by its name in the config. */
  #probes: ReadonlyMap<string, BoundProbe> = new Map()
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
    const probes = await this.#bound(config.monitors)
    const known = (await monitors.list(name)).map(({ environment }) => environment)
    for (const environment of new Set([...Object.keys(config.environments), ...known])) {
      const named = environment in config.environments ? [...probes.values()] : []
      const wanted = named.flatMap(probe => this.#wanted(name, environment, probe))
      await monitors.sync(name, environment, wanted)
    }
    const all = (await monitors.list(name)).filter(({ type }) => type !== checkInType)
    this.#probes = probes
    this.#monitors.clear()
    for (const monitor of all) this.#monitors.set(monitor.id, monitor)
    this.#scheduler.set(all)
  }

  stop(): Promise<void> {
    return this.#scheduler.stop()
  }

  /** A config that is older than this server may hold what is refused today: it must not keep the others from being probed. */
  async #bound(monitors: Readonly<Record<string, MonitorConfig>>): Promise<Map<string, BoundProbe>> {
    const bound = new Map<string, BoundProbe>()
    for (const [name, config] of Object.entries(monitors)) {
      try {
        bound.set(name, { name, config, ...(await probeFor(config)) })
      } catch (cause) {
        if (!(cause instanceof GantryError)) throw cause
        this.#parts.onError(new GantryError(cause.code, `monitors.${name}: ${cause.message}`))
      }
    }
    return bound
  }

  #wanted(project: string, environment: string, { name, config, acts, settings }: BoundProbe): Monitor[] {
    const { service } = config
    const address = service === undefined ? null : this.#parts.address(environment, service)
    // While a service has no address yet, there is nothing to probe.
    if (service !== undefined && address === null) return []
    const target = acts.targetOf(settings, address)
    if (target === null) return []
    return [
      {
        id: createHash('sha256').update(`${project}/${environment}/${name}`).digest('hex').slice(0, 24),
        project,
        environment,
        service: service ?? null,
        name,
        type: config.type,
        target,
        everyMs: durationMs(config.every),
        timeoutMs: durationMs(config.timeout),
        confirmations: config.confirmations,
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

  async #check(id: string): Promise<void> {
    const monitor = this.#monitors.get(id)
    const probe = monitor && this.#probes.get(monitor.name)
    if (!probe) return
    // Services of the `local` provider live on this machine; an address typed by hand may not lead there.
    const result = await probe.acts.check(monitor.target, probe.settings, {
      timeoutMs: monitor.timeoutMs,
      allowPrivate: monitor.service !== null,
      ...(this.#isOwnProxy(monitor) && { mark: this.#parts.probeMark }),
    })
    const check = { monitor: id, at: this.#parts.now().toISOString(), ...result }
    const next = nextMonitor(monitor, check)
    if (this.#monitors.get(id) === monitor) this.#monitors.set(id, next.monitor)
    await this.#parts.store.monitors.save(next.monitor, check)
    this.#parts.live.tell({ topic: 'monitor', key: id })
    if (next.monitor.state !== monitor.state) this.#parts.onChange(next.monitor)
    if (next.changed || monitor.state === 'unknown') this.#parts.live.tell({ topic: 'line', key: monitor.project })
  }
}
