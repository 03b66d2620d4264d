import { type Deployment, GantryError } from '@gantry/core'
import { type BoundService, bindServices, type DeploymentFacts } from '../providers/bound-service.ts'
import type { StepContext } from '../providers/define-provider.ts'
import type { Work } from './carry-out.ts'
import type { EnvironmentState, Placed } from './environments.ts'
import { openJournal } from './journal.ts'
import { orderSteps } from './order-steps.ts'
import type { Inside } from './parts.ts'
import { envTraces, serviceEnv } from './service-env.ts'

/** Everything about a release in an environment except the row: facts, services, their surroundings. */
export interface Prepared {
  services: BoundService[]
  facts: DeploymentFacts
  contextOf(service: BoundService): Promise<StepContext>
}

/** @throws GantryError CONFIG_INVALID */
export async function prepareWork(
  inside: Inside,
  state: EnvironmentState,
  placed: Placed,
  kind: 'deploy' | 'rollback',
): Promise<Prepared> {
  const { project, environment } = state
  const { machine, parts } = inside
  const services = await bindServices(placed.config)
  for (const service of services.filter(each => !each.isStateful)) {
    await machine.proxies.open({ project, environment, service: service.name })
  }
  const facts: DeploymentFacts = {
    project,
    environment,
    release: placed.release,
    former: state.live?.release.id ?? null,
    kind,
    isKept: state.kept?.release.id === placed.release.id,
    retire: retiredBy(state, placed.release.id, kind),
  }
  const of = { project, environment, release: placed.release.id, all: services }
  const sources = { machine, envFor: parts.envFor, machineEnv: parts.machineEnv ?? {} }
  const given = { ...sources.machineEnv, ...(await parts.valuesOf?.(project, environment)) }
  const contextOf = async (service: BoundService): Promise<StepContext> => ({
    env: service.isStateful ? {} : await serviceEnv({ ...of, service }, sources),
    machineEnv: given,
    addressOf: name => machine.proxies.address(environment, name, project),
    machine,
    artifacts: parts.artifactsOf(project),
  })
  return { services, facts, contextOf }
}

/** After a deployment the former release stays warm; after a rollback the bad one has no use. */
function retiredBy(state: EnvironmentState, release: string, kind: 'deploy' | 'rollback'): string[] {
  const running = [state.kept?.release.id, kind === 'rollback' ? state.live?.release.id : undefined]
  return running.flatMap(each => (each === undefined || each === release ? [] : [each]))
}

export const stepsOf = ({ services, facts }: Prepared) =>
  orderSteps(
    services.map(service => ({ service: service.name, needs: service.config.needs, steps: service.plan(facts) })),
    facts.kind,
  )

/** @throws GantryError DEPLOY_LOCKED while Gantry stops: writing ends, the next start goes on. */
export function openWork(inside: Inside, prepared: Prepared, deployment: Deployment): Work {
  const { parts, isStopping } = inside
  const journal = openJournal(parts.store.deployments, deployment, parts.onChange)
  const guarded =
    <A extends unknown[], R>(write: (...args: A) => Promise<R>) =>
    async (...args: A): Promise<R> => {
      if (isStopping(deployment.project))
        throw new GantryError('DEPLOY_LOCKED', 'Gantry is stopping; the next start goes on with it')
      return write(...args)
    }
  return {
    ...prepared,
    journal: {
      now: journal.now,
      change: guarded(journal.change),
      step: guarded(journal.step),
      goLive: guarded(journal.goLive),
    },
    now: () => parts.now().toISOString(),
    log: parts.log,
  }
}

/** Keeps traces of the variables a release was started with, for `rollbackPlan`. */
export async function noteEnv(inside: Inside, { services, facts, contextOf }: Prepared): Promise<void> {
  const traces = await tracesOf(services, contextOf)
  const name = envSettingName(facts.environment, facts.release.id)
  await inside.parts.store.projects.saveSetting(facts.project, name, traces)
}

export async function tracesOf(
  services: BoundService[],
  contextOf: Prepared['contextOf'],
): Promise<Record<string, Record<string, string>>> {
  const pairs: [string, Record<string, string>][] = []
  for (const service of services) pairs.push([service.name, envTraces((await contextOf(service)).env)])
  return Object.fromEntries(pairs)
}

export const envSettingName = (environment: string, release: string): string => `env:${environment}:${release}`
