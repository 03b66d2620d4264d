import { type DeploymentFacts, GantryError, type StepOutcome } from '@gantry/core'
import type { Config, ServiceConfig } from '@gantry/core/config'
import type { Capabilities, Live, PlannedStep, ServiceFacts } from './define-provider.ts'
import { providerFor } from './index.ts'
import type { StepContext } from './step-context.ts'

/** A service of the config together with its provider, whose settings were checked. */
export interface BoundService extends Capabilities {
  name: string
  config: ServiceConfig
  /** Name of its provider. */
  provider: string
  kind: string
  isStateful: boolean
  migrations: string | null
  plan(facts: DeploymentFacts): PlannedStep[]
  perform(step: PlannedStep, facts: DeploymentFacts, context: StepContext): Promise<StepOutcome>
  undo(step: PlannedStep, facts: DeploymentFacts, context: StepContext): Promise<StepOutcome>
  cancel(step: PlannedStep, facts: DeploymentFacts, context: StepContext): Promise<void>
  verify(facts: DeploymentFacts, context: StepContext): Promise<StepOutcome>
  address(facts: DeploymentFacts, context: StepContext): Promise<string | null>
  live(facts: DeploymentFacts, context: StepContext): Promise<Live>
  envOf(facts: DeploymentFacts, context: StepContext): Promise<Record<string, string | null>>
  canRestore(facts: DeploymentFacts, context: StepContext): Promise<{ can: true } | { can: false; why: string }>
}

/**
 * The services of a config in the order they are deployed: each behind those it needs.
 * @throws GantryError CONFIG_INVALID
 */
export const bindServices = (config: Config): Promise<BoundService[]> =>
  Promise.all(
    inOrderOfNeed(config).map(name => {
      const service = config.services[name]
      if (!service) throw new GantryError('CONFIG_INVALID', `there is no service "${name}"`)
      return bind(name, service)
    }),
  )

async function bind(service: string, config: ServiceConfig): Promise<BoundService> {
  const { acts, settings } = await providerFor(config.deploy)
  const whole = (facts: DeploymentFacts): ServiceFacts<unknown> => ({ ...facts, service, config, settings })
  return {
    name: service,
    config,
    provider: acts.settings.name,
    kind: acts.kindOf(settings),
    isStateful: acts.isStateful(settings),
    migrations: acts.migrationsIn(settings),
    ...acts.capabilities(settings),
    plan: facts => acts.plan(whole(facts)),
    perform: (step, facts, context) => acts.perform(step, whole(facts), context),
    undo: (step, facts, context) => acts.undo(step, whole(facts), context),
    cancel: (step, facts, context) => acts.cancel(step, whole(facts), context),
    verify: (facts, context) => acts.verify(whole(facts), context),
    address: (facts, context) => acts.address(whole(facts), context),
    live: (facts, context) => acts.live(whole(facts), context),
    envOf: (facts, context) => acts.envOf(whole(facts), context),
    canRestore: (facts, context) => acts.canRestore(whole(facts), context),
  }
}

/** `needs` first; services at the same depth keep the order of the config. The config has no circle. */
function inOrderOfNeed({ services }: Config): string[] {
  const placed: string[] = []
  const place = (name: string) => {
    if (placed.includes(name)) return
    for (const needed of services[name]?.needs ?? []) place(needed)
    if (!placed.includes(name)) placed.push(name)
  }
  for (const name of Object.keys(services)) place(name)
  return placed
}
