import { setTimeout as sleep } from 'node:timers/promises'
import { shortSha } from '@gantry/core'
import { type Child, startChild } from './process/child.ts'
import { freePort, returnPort } from './process/free-port.ts'
import { awaitHealth, type Health } from './process/health.ts'
import type { PidFiles } from './process/pid-files.ts'

/** One release of one service in one environment. */
export interface ServiceId {
  project: string
  environment: string
  service: string
  release: string
}

export interface Launch {
  args: string[]
  cwd: string
  env: Record<string, string>
  withChannel: boolean
}

export interface ServiceStatus extends ServiceId {
  pid: number
  port: number
  isRunning: boolean
  restarts: number
}

/** The processes of services on this machine. One that was healthy and ends by itself is started again. */
export interface Services {
  /** Starts it, unless it runs. */
  start(id: ServiceId, launch: Launch): Promise<void>
  awaitHealthy(id: ServiceId, path: string | null): Promise<Health>
  /** Where it listens; null when it does not run here. */
  address(id: ServiceId): { host: string; port: number } | null
  stop(id: ServiceId): Promise<void>
  list(): ServiceStatus[]
  stopAll(): Promise<void>
}

export interface ServiceOutput extends ServiceId {
  stream: 'stdout' | 'stderr'
  text: string
  at: string
}

export interface ServiceSettings {
  host: string
  pids: PidFiles
  healthTimeoutMs: number
  /** How long a process may take to end when asked to. */
  stopGraceMs: number
  onOutput(line: ServiceOutput): void
  now(): Date
  log(message: string): void
}

interface Entry {
  id: ServiceId
  launch: Launch
  port: number
  child: Child
  isStopping: boolean
  wasHealthy: boolean
  restarts: number
}

const longestPauseMs = 30_000

export function openServices(settings: ServiceSettings): Services {
  const entries = new Map<string, Entry>()
  let isClosed = false
  const remove = async (entry: Entry) => {
    entry.isStopping = true
    await entry.child.stop(settings.stopGraceMs)
    if (entries.get(keyOf(entry.id)) === entry) entries.delete(keyOf(entry.id))
    returnPort(entry.port)
  }
  return {
    async start(id, launch) {
      if (entries.get(keyOf(id))?.child.isRunning()) return
      const port = await freePort(settings.host)
      // A deployment under way must not start what nobody would stop any more.
      if (isClosed) throw new Error('the services of this machine are being stopped')
      const child = run(settings, id, launch, port)
      const entry: Entry = { id, launch, port, child, isStopping: false, wasHealthy: false, restarts: 0 }
      entries.set(keyOf(id), entry)
      void keepAlive(settings, entry)
    },
    async awaitHealthy(id, path) {
      const entry = entries.get(keyOf(id))
      if (!entry) return { isHealthy: false, why: 'it was not started', lastLines: [] }
      const target = { host: settings.host, port: entry.port, path }
      const health = await awaitHealth(entry.child, target, settings.healthTimeoutMs)
      entry.wasHealthy ||= health.isHealthy
      return health
    },
    address(id) {
      const entry = entries.get(keyOf(id))
      return entry ? { host: settings.host, port: entry.port } : null
    },
    async stop(id) {
      const entry = entries.get(keyOf(id))
      if (entry) await remove(entry)
    },
    list: () => [...entries.values()].map(statusOf),
    async stopAll() {
      isClosed = true
      await Promise.all([...entries.values()].map(remove))
    },
  }
}

function run(settings: ServiceSettings, id: ServiceId, launch: Launch, port: number): Child {
  return startChild(
    {
      ...launch,
      key: keyOf(id),
      env: { ...launch.env, HOST: settings.host, PORT: String(port) },
      onLine: (stream, text) => settings.onOutput({ ...id, stream, text, at: settings.now().toISOString() }),
    },
    settings.pids,
  )
}

/** At the same port, so that whoever points there need not know. Pauses longer each time it ends soon. */
async function keepAlive(settings: ServiceSettings, entry: Entry): Promise<void> {
  for (let pauseMs = 250; ; pauseMs = Math.min(longestPauseMs, pauseMs * 2)) {
    const started = performance.now()
    const how = await entry.child.exited
    if (entry.isStopping || !entry.wasHealthy) return
    if (performance.now() - started > longestPauseMs) pauseMs = 250
    const { service, environment, release } = entry.id
    const what = `${how}; it is started again in ${pauseMs} ms`
    settings.log(`${service} ${shortSha(release)} in ${environment} ${what}`)
    // Whoever asks why requests failed reads the service's own lines: a process that was killed wrote none.
    const say = (text: string) =>
      settings.onOutput({ ...entry.id, stream: 'stderr', text: `gantry: ${text}`, at: settings.now().toISOString() })
    say(`the process ${what}`)
    await sleep(pauseMs)
    if (entry.isStopping) return
    entry.child = run(settings, entry.id, entry.launch, entry.port)
    entry.restarts += 1
    say(`started again as process ${entry.child.pid}, restart ${entry.restarts} of this release`)
  }
}

const statusOf = ({ id, child, port, restarts }: Entry): ServiceStatus => ({
  ...id,
  pid: child.pid,
  port,
  isRunning: child.isRunning(),
  restarts,
})

const keyOf = ({ project, environment, service, release }: ServiceId): string =>
  [project, environment, service, release].join('/')
