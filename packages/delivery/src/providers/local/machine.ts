import { rm, rmdir } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { type ProjectStore, shortSha, type TrafficSample } from '@gantry/core'
import { type Databases, openDatabases } from './postgres/databases.ts'
import { type PidFiles, pidFiles } from './process/pid-files.ts'
import { openProxies, type Place, type Proxies } from './proxies.ts'
import { publicPorts } from './public-ports.ts'
import { openServices, type ServiceId, type ServiceOutput, type Services } from './services.ts'

/** What runs on this machine: databases, services, and the public addresses in front of them. */
export interface Machine {
  services: Services
  proxies: Proxies
  databases: Databases
  pids: PidFiles
  /** Where a release of a service is unpacked. */
  folder(id: ServiceId): string
  /** Ends a service in one environment and forgets it: processes, address, database, files. */
  remove(place: Place): Promise<void>
  /** Ends what runs of one project; its addresses answer 503 meanwhile. */
  rest(project: string): Promise<void>
  stop(): Promise<void>
}

export interface MachineSettings {
  projects: Pick<ProjectStore, 'list' | 'setting' | 'saveSetting'>
  home: string
  cacheDir: string
  compiled: string | undefined
  host: string
  publicPortBase(): number
  databaseUrl: string | null
  drainMs: number
  probeMark: string
  healthTimeoutMs: number
  stopGraceMs: number
  onOutput(line: ServiceOutput): void
  onTraffic(samples: TrafficSample[]): void
  now(): Date
  log(message: string): void
}

export function openMachine(settings: MachineSettings): Machine {
  const { home, host, now, log } = settings
  const pids = pidFiles(join(home, 'run'))
  const services = openServices({ ...settings, pids })
  const ports = publicPorts(settings.projects, settings.publicPortBase)
  const proxies = openProxies({ ...settings, ports })
  const databases = openDatabases({
    host,
    databaseUrl: settings.databaseUrl,
    pids,
    log,
    cacheDir: settings.cacheDir,
    compiled: settings.compiled,
    dataDir: of => join(placeDir(home, of), 'data'),
    onLine: (of, stream, text) => settings.onOutput({ ...of, release: '', stream, text, at: now().toISOString() }),
  })
  return {
    services,
    proxies,
    databases,
    pids,
    folder: id => join(placeDir(home, id), shortSha(id.release)),
    async remove({ project, environment, service }) {
      const place = { project, environment, service }
      await proxies.remove(place)
      const own = services.list().filter(each => isAt(each, place))
      await Promise.all(own.map(each => services.stop(each)))
      await databases.drop(place)
      await rm(placeDir(home, place), { recursive: true, force: true })
      // With its last service; while another is left, it is not empty.
      await rmdir(dirname(placeDir(home, place))).catch(() => {})
    },
    async rest(project) {
      for (const { place } of proxies.list()) if (place.project === project) proxies.get(place)?.point(null)
      await Promise.all(services.list().flatMap(each => (each.project === project ? services.stop(each) : [])))
      await databases.rest(project)
    },
    async stop() {
      await proxies.close()
      await services.stopAll()
      await databases.stop()
    },
  }
}

const isAt = (a: Place, b: Place): boolean =>
  a.project === b.project && a.environment === b.environment && a.service === b.service

const placeDir = (home: string, { project, environment, service }: Place): string =>
  join(home, 'environments', project, environment, service)
