import { GantryError } from '@gantry/core'
import type { Config, ServiceConfig } from '@gantry/core/config'
import { didYouMean } from '@gantry/core/words'
import { providers } from './index.ts'
import type { PlannedStep, Provider, ServiceFacts, StepContext, StepOutcome } from './provider.ts'

/** What is known about a deployment, before a provider's own settings. */
export type DeploymentFacts = Omit<ServiceFacts<unknown>, 'settings' | 'config' | 'service'>

/** A service of the config together with its provider, whose settings were checked. */
export interface BoundService {
  name: string
  config: ServiceConfig
  kind: string
  isStateful: boolean
  plan(facts: DeploymentFacts): PlannedStep[]
  perform(step: PlannedStep, facts: DeploymentFacts, context: StepContext): Promise<StepOutcome>
  undo(step: PlannedStep, facts: DeploymentFacts, context: StepContext): Promise<void>
  restore(facts: DeploymentFacts, context: StepContext): Promise<StepOutcome>
}

/**
 * The services of a config in the order they are deployed: each behind those it needs.
 * @throws GantryError CONFIG_INVALID when a provider is unknown or its settings are wrong
 */
export function bindServices(config: Config): BoundService[] {
  return inOrderOfNeed(config).map(name => {
    const service = config.services[name]
    if (!service) throw new GantryError('CONFIG_INVALID', `there is no service "${name}"`)
    return bind(name, service)
  })
}

function bind(name: string, config: ServiceConfig): BoundService {
  const type = config.deploy.provider
  const provider = providers.find(each => each.type === type)
  if (!provider) {
    const near = didYouMean(
      type,
      providers.map(each => each.type),
    )
    throw new GantryError('CONFIG_INVALID', `services.${name}.deploy: there is no provider "${type}"${near}`)
  }
  return bound(provider, name, config)
}

function bound<Settings>(provider: Provider<Settings>, service: string, config: ServiceConfig): BoundService {
  const parsed = provider.settings.safeParse(config.deploy)
  if (!parsed.success) {
    const faults = parsed.error.issues.map(issue => [...issue.path, issue.message].join(': '))
    throw new GantryError('CONFIG_INVALID', `services.${service}.deploy: ${faults.join('; ')}`)
  }
  const settings = parsed.data
  const whole = (facts: DeploymentFacts): ServiceFacts<Settings> => ({ ...facts, service, config, settings })
  return {
    name: service,
    config,
    kind: provider.kindOf(settings),
    isStateful: provider.isStateful(settings),
    plan: facts => provider.plan(whole(facts)),
    perform: (step, facts, context) => provider.perform(step, whole(facts), context),
    undo: (step, facts, context) => provider.undo(step, whole(facts), context),
    restore: (facts, context) => provider.restore(whole(facts), context),
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
