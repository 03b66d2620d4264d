import type { Deployment, DeploymentStore, Store, TrafficSample } from '@gantry/core'
import type { Config } from '@gantry/core/config'
import type { ArtifactStore } from '../artifacts/artifact-store.ts'
import type { JobOrders, Summoned } from '../executor/job-orders.ts'
import type { StepClock } from '../executor/perform-order.ts'
import type { BoundService } from '../providers/bound-service.ts'
import type { ServiceOutput } from '../providers/local/services.ts'
import type { ProviderHost } from '../providers/provider-host.ts'
import type { Environments } from './environments.ts'

/** What a delivery is made of. */
export interface DeliveryParts {
  store: Pick<Store, 'releases' | 'projects' | 'leases'> & {
    deployments: Omit<DeploymentStore, 'newestOf' | 'allLive' | 'newestIn'>
  }
  /** Folder for unpacked releases, databases and notes about processes. */
  home: string
  artifactsOf(project: string): ArtifactStore
  /** Whether nobody else can deploy the project at this moment; left out: nobody can. */
  mayWrite?(project: string): boolean
  /** What can be made anew, such as the empty database others are copied from; `cache` under home when left out. */
  cacheDir?: string
  /** NODE_COMPILE_CACHE for programs of our own, such as the embedded database; services are not given it. */
  compiled?: string | undefined
  /** Public ports are given from here upwards, and kept. Asked when one is needed: a server may listen on any free port. */
  publicPortBase(): number
  host?: string
  /** A real Postgres to make a database for each environment on; without it they are embedded. */
  databaseUrl?: string | null
  /** Variables the server gives a service: SENTRY_DSN, SENTRY_ENVIRONMENT, SENTRY_RELEASE, … */
  envFor(
    project: string,
    service: string,
    environment: string,
    release: string,
  ): Promise<Record<string, string>> | Record<string, string>
  /** Of this machine's environment: PATH and its like, and what the server's owner lets `env('NAME')` in a config read. */
  machineEnv?: Record<string, string | undefined>
  /** Secrets and variables of an environment, for `env('NAME')` in a config. They come before those of the machine. */
  valuesOf?(project: string, environment: string): Promise<Record<string, string>>
  onOutput(line: ServiceOutput): void
  /** What Gantry's own probes show in their header, so that they are not taken for visitors. */
  probeMark: string
  onTraffic(samples: TrafficSample[]): void
  onChange(deployment: Deployment): void
  now(): Date
  newId(): string
  log(message: string): void
  /** Starts a workflow (`fileThatCarriesOn`) that carries on with a deployment, where the credentials of its environment are. */
  summon(deployment: Summoned): Promise<void>
  /** How long old WebSockets may stay after a switch. */
  drainMs?: number
  healthTimeoutMs?: number
  stopGraceMs?: number
}

/** The parts, with what is shared inside. */
export interface Inside {
  parts: DeliveryParts
  /** What providers keep running here, by the provider's name. */
  hosts: ReadonlyMap<string, ProviderHost>
  clock: StepClock
  /** Where jobs get their orders. */
  jobs: JobOrders
  bind(config: Config): Promise<BoundService[]>
  environments: Environments
  /** What is under way for the project is not gone on with here. */
  isStopping(project: string): boolean
}
