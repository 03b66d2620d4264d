import type { ProviderHost } from '../provider-host.ts'
import type { StepContext } from '../step-context.ts'
import { type Machine, type MachineSettings, openMachine } from './machine.ts'
import { type EnvSources, envWithoutDatabase, namesOfMachineIn, serviceEnv } from './service-env.ts'

/** What steps of `local` are handed: the machine, and what a service is started with. */
export interface LocalContext extends StepContext {
  machine: Machine
  /** Little from this machine, where the others are, its database, what the server gives. */
  serviceEnv: Record<string, string>
  /** Names in it that say where this machine has things. */
  ofMachine: readonly string[]
}

export interface LocalHost extends ProviderHost {
  databaseUrl(project: string, environment: string, service: string): Promise<string>
}

/** The machine of the server, as the orchestrator knows it. */
export function openLocalHost(settings: MachineSettings & Pick<EnvSources, 'envFor' | 'machineEnv'>): LocalHost {
  const machine = openMachine(settings)
  const { proxies, services } = machine
  const sources: EnvSources = { machine, envFor: settings.envFor, machineEnv: settings.machineEnv }
  const contextWith =
    (ask: typeof serviceEnv): ProviderHost['contextOf'] =>
    async (base, { service, all, facts: { project, environment, release } }) => {
      const started = { project, environment, release: release.id, service, all }
      const context: LocalContext = {
        ...base,
        machine,
        ofMachine: namesOfMachineIn(all),
        serviceEnv: service.isStateful ? {} : await ask(started, sources),
      }
      return context
    }
  const list: ProviderHost['list'] = ({ project, environment }) =>
    services.list().filter(each => each.project === project && each.environment === environment)
  return {
    async clean() {
      const ended = await machine.pids.endLeftovers(2_000)
      if (ended.length > 0) settings.log(`ended what the last process left running: ${ended.join(', ')}`)
    },
    async reserve(place, asked) {
      for (const { name, isStateful } of asked) if (!isStateful) await proxies.open({ ...place, service: name })
    },
    // What is being removed is not started: its database would be.
    contextOf: (base, hosted) =>
      contextWith(hosted.facts.kind === 'removal' ? async () => ({}) : serviceEnv)(base, hosted),
    contextToLook: contextWith(envWithoutDatabase),
    address: ({ project, environment }, service) => proxies.address(environment, service, project),
    closeOthers({ project, environment }, kept) {
      for (const { place } of proxies.list()) {
        const isHere = place.project === project && place.environment === environment
        if (isHere && !kept.includes(place.service)) proxies.get(place)?.point(null)
      }
    },
    async endOthers(place, releases) {
      for (const each of list(place)) if (!releases.includes(each.release)) await services.stop(each)
    },
    list,
    rest: machine.rest,
    leave: project => proxies.closeOf(project),
    stop: machine.stop,
    databaseUrl: (project, environment, service) => machine.databases.open({ project, environment, service }),
  }
}
