import type { DeploymentFacts } from '@gantry/core'
import type { BoundService } from './bound-service.ts'
import type { ServiceStatus } from './local/services.ts'
import type { StepContext } from './step-context.ts'

export interface EnvironmentPlace {
  project: string
  environment: string
}

export interface HostedService {
  service: BoundService
  /** All services of the config, on this host or not. */
  all: BoundService[]
  facts: Pick<DeploymentFacts, 'project' | 'environment' | 'release'> & { kind?: DeploymentFacts['kind'] }
}

/**
 * What a provider keeps running in the server between deployments: processes, ports, databases. Made once by the provider's
 * own factory. A provider whose services run elsewhere has none.
 */
export interface ProviderHost {
  /** Ends what the last process left running. */
  clean(): Promise<void>
  /** Gives each of these services its public address, before anything is planned. */
  reserve(place: EnvironmentPlace, services: BoundService[]): Promise<void>
  /** The surroundings of a step, with what this host adds. */
  contextOf(base: StepContext, hosted: HostedService): Promise<StepContext>
  /** The same for whoever only looks, without the address of a database: opens nothing. */
  contextToLook(base: StepContext, hosted: HostedService): Promise<StepContext>
  address(place: EnvironmentPlace, service: string): string | null
  /** From now on services that are not among these answer 503. */
  closeOthers(place: EnvironmentPlace, services: string[]): void
  /** Ends what belongs to none of these releases. */
  endOthers(place: EnvironmentPlace, releases: string[]): Promise<void>
  list(place: EnvironmentPlace): ServiceStatus[]
  /** Ends what runs of one project; its addresses answer 503 meanwhile. */
  rest(project: string): Promise<void>
  /** Gives up its addresses, once it rests: another server goes on with it. */
  leave(project: string): Promise<void>
  stop(): Promise<void>
}
