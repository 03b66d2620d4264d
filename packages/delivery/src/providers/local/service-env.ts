import type { BoundService } from '../bound-service.ts'
import type { Machine } from './machine.ts'

export interface EnvSources {
  machine: Machine
  /** What the server gives a service: SENTRY_DSN and its like. */
  envFor(
    project: string,
    service: string,
    environment: string,
    release: string,
  ): Promise<Record<string, string>> | Record<string, string>
  /** The environment of this machine; services get only what every program needs. */
  machineEnv: Record<string, string | undefined>
}

const placesOfMachine = ['PATH', 'HOME', 'TMPDIR', 'NODE_EXTRA_CA_CERTS'] as const
const neededByEveryProgram = [...placesOfMachine, 'LANG', 'LC_ALL', 'TZ'] as const

interface StartedService {
  project: string
  environment: string
  release: string
  service: BoundService
  all: BoundService[]
}

/** The variables of one service: little from this machine, where the others are, its database, what the server gives. */
export async function serviceEnv(of: StartedService, sources: EnvSources): Promise<Record<string, string>> {
  const { project, environment, service, all } = of
  const databases = all.filter(each => each.isStateful)
  const own = databases.find(each => service.config.needs.includes(each.name)) ?? databases[0]
  const url = own && (await sources.machine.databases.open({ project, environment, service: own.name }))
  return { ...(url !== undefined && { DATABASE_URL: url }), ...(await envWithoutDatabase(of, sources)) }
}

/** The same for whoever only looks: the database may not run. */
export async function envWithoutDatabase(
  { project, environment, release, service, all }: StartedService,
  { machine, envFor, machineEnv }: EnvSources,
): Promise<Record<string, string>> {
  const base = neededByEveryProgram.flatMap(name => {
    const value = machineEnv[name]
    return value === undefined ? [] : [[name, value] as const]
  })
  const addresses = all.flatMap(each => {
    const address = machine.proxies.address(environment, each.name, project)
    return address === null ? [] : [[urlName(each.name), address] as const]
  })
  return {
    ...Object.fromEntries(base),
    NODE_ENV: 'production',
    ...Object.fromEntries(addresses),
    ...(await envFor(project, service.name, environment, release)),
  }
}

/** Names of what is of this machine, whatever the release: no variable of anybody's. */
export const namesOfMachineIn = (all: readonly Pick<BoundService, 'name'>[]): string[] => [
  ...placesOfMachine,
  'NODE_ENV',
  ...all.map(({ name }) => urlName(name)),
]

/** `edge-api` → `EDGE_API_URL` */
const urlName = (service: string): string => `${service.toUpperCase().replaceAll('-', '_')}_URL`
