import { GantryError } from '@gantry/core'
import type { Config, ServiceConfig } from '@gantry/core/config'
import type { PlannedStep, ServiceFacts, StepContext, StepOutcome } from './define-provider.ts'
import { providerFor } from './index.ts'

/** What is known about a deployment, before a provider's own settings. */
export type DeploymentFacts = Omit<ServiceFacts<unknown>, 'settings' | 'config' | 'service'>

/** A service of the config together with its provider, whose settings were checked. */
export interface BoundService {
  name: string
  config: ServiceConfig
  kind: string
  isStateful: boolean
  migrations: string | null
  plan(facts: DeploymentFacts): PlannedStep[]
  perform(step: PlannedStep, facts: DeploymentFacts, context: StepContext): Promise<StepOutcome>
  undo(step: PlannedStep, facts: DeploymentFacts, context: StepContext): Promise<void>
  restore(facts: DeploymentFacts, context: StepContext): Promise<StepOutcome>
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
    kind: acts.kindOf(settings),
    isStateful: acts.isStateful(settings),
    migrations: acts.migrationsIn(settings),
    plan: facts => acts.plan(whole(facts)),
    perform: (step, facts, context) => acts.perform(step, whole(facts), context),
    undo: (step, facts, context) => acts.undo(step, whole(facts), context),
    restore: (facts, context) => acts.restore(whole(facts), context),
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
