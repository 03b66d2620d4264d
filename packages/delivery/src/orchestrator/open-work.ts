import { type Deployment, type DeploymentFacts, type DeploymentKind, GantryError, isPreview } from '@gantry/core'
import type { Config } from '@gantry/core/config'
import { inServer, type OwnOfStep } from '../executor/in-server.ts'
import type { BoundService } from '../providers/bound-service.ts'
import type { StepContext } from '../providers/step-context.ts'
import { answersIn, earlierAnswers } from './earlier-answers.ts'
import { envSaltOf } from './env-traces.ts'
import type { EnvironmentState, Placed } from './environments.ts'
import { openJournal } from './journal.ts'
import { orderSteps } from './order-steps.ts'
import type { Inside } from './parts.ts'
import { answersOf, type Work } from './work.ts'

/** Everything about a release in an environment except the row: facts, services, their surroundings. */
export interface Prepared {
  config: Config
  services: BoundService[]
  facts: DeploymentFacts
  contextOf(service: BoundService, own: OwnOfStep): Promise<StepContext>
}

/** @throws GantryError CONFIG_INVALID */
export async function prepareWork(
  inside: Inside,
  state: EnvironmentState,
  placed: Placed,
  kind: DeploymentKind,
): Promise<Prepared> {
  const { project, environment } = state
  const { hosts, parts } = inside
  const services = await inside.bind(placed.config)
  for (const [provider, host] of hosts) {
    // What is being taken away gets no address anew.
    if (kind === 'removal') break
    await host.reserve(
      state,
      services.filter(each => each.provider === provider),
    )
  }
  const facts: DeploymentFacts = {
    project,
    environment,
    release: placed.release,
    former: state.live?.release.id ?? null,
    kind,
    isKept: state.kept?.release.id === placed.release.id,
    retire: retiredBy(state, placed.release.id, kind),
    envSalt: await envSaltOf(parts.store.projects, project),
    ...(await earlierAnswers(parts.store.deployments, { project, environment, release: placed.release.id })),
  }
  const base = await baseContext(inside, state)
  const contextOf = async (service: BoundService, own: OwnOfStep): Promise<StepContext> => {
    const context = { ...base, ...own, sleep: (ms: number) => inside.clock.sleep(ms, own.signal) }
    return hosts.get(service.provider)?.contextOf(context, { service, all: services, facts }) ?? context
  }
  return { config: placed.config, services, facts, contextOf }
}

/** What steps in the server are handed of this project and environment. */
export async function baseContext(
  inside: Inside,
  state: EnvironmentState,
): Promise<Omit<StepContext, 'answers' | 'signal' | 'progress' | 'sleep'>> {
  const { parts } = inside
  const { project, environment } = state
  // The config of a pull request was not looked at by anybody: it names nothing of this machine.
  const ofMachine = isPreview(environment) ? {} : parts.machineEnv
  return {
    env: { ...ofMachine, ...(await parts.valuesOf?.(project, environment)) },
    addressOf: async name => addressOf(inside, state, name),
    artifacts: parts.artifactsOf(project),
    cwd: parts.home,
    now: parts.now,
    fetch: globalThis.fetch,
    log: parts.log,
  }
}

/** Where people reach a service: as its host says, else as it was found when it was last verified. */
export function addressOf({ hosts }: Inside, state: EnvironmentState, service: string): string | null {
  for (const host of hosts.values()) {
    const address = host.address(state, service)
    if (address !== null) return address
  }
  return state.addresses[service] ?? null
}

/** Of each service that has one, and of those of a preview where they are going to be: each is deployed there for the first time. */
export const addressesOf = (
  inside: Inside,
  state: EnvironmentState,
  { services, facts }: Pick<Prepared, 'services' | 'facts'>,
): Record<string, string> =>
  Object.fromEntries(
    services.flatMap(service => {
      const { name } = service
      const foreseen = isPreview(facts.environment) ? service.previewAddress(facts) : null
      const address = addressOf(inside, state, name) ?? foreseen
      return address === null ? [] : [[name, address] as const]
    }),
  )

/** After a deployment the former release stays warm; after a rollback the bad one has no use. */
function retiredBy(state: EnvironmentState, release: string, kind: DeploymentKind): string[] {
  const running = [state.kept?.release.id, kind === 'rollback' ? state.live?.release.id : undefined]
  return running.flatMap(each => (each === undefined || each === release ? [] : [each]))
}

export const stepsOf = ({ services, facts }: Prepared) =>
  orderSteps(
    services.map(service => ({
      service: service.name,
      needs: service.config.needs,
      runsIn: service.runsIn,
      isPages: service.isPages,
      steps: facts.kind === 'removal' ? service.removal(facts) : service.plan(facts),
    })),
    facts.kind,
  )

/** @throws GantryError DEPLOY_LOCKED while Gantry stops: writing ends, the next start goes on. */
export function openWork(inside: Inside, prepared: Prepared, deployment: Deployment): Work {
  const { parts, isStopping, clock } = inside
  const journal = openJournal(parts.store.deployments, deployment, parts.onChange)
  const guarded =
    <A extends unknown[], R>(write: (...args: A) => Promise<R>) =>
    async (...args: A): Promise<R> => {
      if (isStopping(deployment.project))
        throw new GantryError('DEPLOY_LOCKED', 'Gantry is stopping; the next start goes on with it')
      return write(...args)
    }
  const { signal } = new AbortController()
  const surroundings = { ...prepared, clock, signal, log: parts.log }
  const server = inServer(surroundings, stepId => answersOf(journal.now())(stepId))
  const { facts, config, services } = prepared
  const state = inside.environments.of(deployment.project, deployment.environment)
  const job = inside.jobs.open({
    ...{ deployment, facts, config },
    answers: () => answersIn(journal.now()),
    addresses: () => addressesOf(inside, state, prepared),
  })
  return {
    services,
    executorOf: ({ runsIn }) => (runsIn === 'job' ? job.executor : server),
    close: job.close,
    journal: {
      now: journal.now,
      change: guarded(journal.change),
      step: guarded(journal.step),
      goLive: guarded(journal.goLive),
    },
    now: () => parts.now().toISOString(),
    pause: ms => clock.sleep(ms, signal),
    log: parts.log,
  }
}
