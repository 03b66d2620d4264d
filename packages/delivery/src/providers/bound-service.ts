import { type DeploymentFacts, GantryError, isPreview, type StepOutcome } from '@gantry/core'
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
  /** Why it can have no preview; null: it can. */
  noPreview: string | null
  /** Steps that take away what there is of it in an environment. */
  removal(facts: DeploymentFacts): PlannedStep[]
  /** Where it is going to be reached in a preview; null where that is not known before it is there. */
  previewAddress(facts: DeploymentFacts): string | null
  /** Variables that the other services of a preview have in the place of those of the job. */
  previewEnv(facts: DeploymentFacts, context: StepContext): Promise<Record<string, string>>
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
export async function bindServices(config: Config): Promise<BoundService[]> {
  const bound: BoundService[] = []
  // Each is asked for its part at the moment of a step, when all are bound.
  const envOfOthers: EnvOfOthers = async (own, facts, context) => {
    const others = bound.filter(({ name }) => name !== own)
    return Object.assign({}, ...(await Promise.all(others.map(each => each.previewEnv(facts, context)))))
  }
  for (const name of inOrderOfNeed(config)) {
    const service = config.services[name]
    if (!service) throw new GantryError('CONFIG_INVALID', `there is no service "${name}"`)
    bound.push(await bind(name, service, envOfOthers))
  }
  return bound
}

type EnvOfOthers = (own: string, facts: DeploymentFacts, context: StepContext) => Promise<Record<string, string>>

async function bind(service: string, config: ServiceConfig, envOfOthers: EnvOfOthers): Promise<BoundService> {
  const { acts, settings } = await providerFor(config.deploy)
  const whole = (facts: DeploymentFacts): ServiceFacts<unknown> => ({ ...facts, service, config, settings })
  // In a preview, what belongs to the others is that of the preview. What is taken away needs nothing of theirs, and they may be gone.
  const inside = async (facts: DeploymentFacts, context: StepContext): Promise<StepContext> =>
    isPreview(facts.environment) && facts.kind !== 'removal'
      ? { ...context, env: { ...context.env, ...(await envOfOthers(service, facts, context)) } }
      : context
  return {
    name: service,
    config,
    provider: acts.settings.name,
    kind: acts.kindOf(settings),
    isStateful: acts.isStateful(settings),
    migrations: acts.migrationsIn(settings),
    ...acts.capabilities(settings),
    plan: facts => acts.plan(whole(facts)),
    noPreview: acts.previews ? acts.previews.refusal(settings) : `${acts.settings.name} holds none`,
    removal: facts => acts.previews?.removal(whole(facts)) ?? [],
    previewAddress: facts => acts.previews?.address?.(whole(facts)) ?? null,
    previewEnv: async (facts, context) => (await acts.previews?.env?.(whole(facts), context)) ?? {},
    perform: async (step, facts, context) => acts.perform(step, whole(facts), await inside(facts, context)),
    undo: async (step, facts, context) => acts.undo(step, whole(facts), await inside(facts, context)),
    cancel: async (step, facts, context) => acts.cancel(step, whole(facts), await inside(facts, context)),
    verify: async (facts, context) => acts.verify(whole(facts), await inside(facts, context)),
    address: async (facts, context) => acts.address(whole(facts), await inside(facts, context)),
    live: async (facts, context) => acts.live(whole(facts), await inside(facts, context)),
    envOf: async (facts, context) => acts.envOf(whole(facts), await inside(facts, context)),
    canRestore: async (facts, context) => acts.canRestore(whole(facts), await inside(facts, context)),
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
