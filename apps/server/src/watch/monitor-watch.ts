import { createHash } from 'node:crypto'
import { type Monitor, nextMonitor, type Project, type Store } from '@gantry/core'
import { durationMs, type MonitorConfig } from '@gantry/core/config'
import { createScheduler, probeHttp, systemTimers } from '@gantry/watch'
import type { LiveHub } from '../live/live-hub.ts'

export interface MonitorWatchParts {
  store: Pick<Store, 'monitors'>
  live: LiveHub
  address(environment: string, service: string): string | null
  now(): Date
  onError(cause: unknown): void
}

/** Probes what the config names, in every environment where it has an address. */
export class MonitorWatch {
  readonly #parts: MonitorWatchParts
  readonly #monitors = new Map<string, Monitor>()
  readonly #scheduler = createScheduler({
    run: id => this.#check(id),
    timers: systemTimers,
    onError: cause => this.#parts.onError(cause),
  })

  constructor(parts: MonitorWatchParts) {
    this.#parts = parts
  }

  /** Probes what is to be probed now; call it when the config changed or something went live. */
  async adopt({ name, config }: Project): Promise<void> {
    if (!config) return
    for (const environment of Object.keys(config.environments)) {
      const wanted = Object.entries(config.monitors).flatMap(([monitor, settings]) =>
        this.#wanted(name, environment, monitor, settings),
      )
      await this.#parts.store.monitors.sync(name, environment, wanted)
    }
    const all = await this.#parts.store.monitors.list(name)
    this.#monitors.clear()
    for (const monitor of all) this.#monitors.set(monitor.id, monitor)
    this.#scheduler.set(all)
  }

  stop(): Promise<void> {
    return this.#scheduler.stop()
  }

  #wanted(project: string, environment: string, name: string, settings: MonitorConfig): Monitor[] {
    const base = settings.service ? this.#parts.address(environment, settings.service) : null
    const target = base ? new URL(settings.path, base).href : settings.url
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

  async #check(id: string): Promise<void> {
    const monitor = this.#monitors.get(id)
    if (!monitor) return
    // Services of the `local` provider live on this machine; an address typed by hand may not lead there.
    const result = await probeHttp(monitor.target, {
      timeoutMs: monitor.timeoutMs,
      allowPrivate: monitor.service !== null,
    })
    const check = { monitor: id, at: this.#parts.now().toISOString(), ...result }
    const next = nextMonitor(monitor, check)
    if (this.#monitors.get(id) === monitor) this.#monitors.set(id, next.monitor)
    await this.#parts.store.monitors.save(next.monitor, check)
    this.#parts.live.tell({ topic: 'monitor', key: id })
    if (next.changed || monitor.state === 'unknown') this.#parts.live.tell({ topic: 'line', key: monitor.project })
  }
}
