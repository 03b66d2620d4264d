import type { DeploymentFacts, DeployStep, StepOutcome } from '@gantry/core'
import { type AnyWord, type ServiceConfig, type SettingsOf, withActs } from '@gantry/core/config'
import type { StepContext } from './step-context.ts'

/** What a plan for one service is made from. */
export interface ServiceFacts<Settings> extends DeploymentFacts {
  service: string
  config: ServiceConfig
  settings: Settings
}

export type PlannedStep = Pick<DeployStep, 'id' | 'service' | 'kind' | 'phase' | 'undoable' | 'summary' | 'limitMs'>

/** What a provider can do, with these settings. */
export interface Capabilities {
  /** Where its steps are performed: in the server, or in the job of a workflow that holds the vendor's credentials. */
  runsIn: 'server' | 'job'
  /** Whether the former release stays where it is, so that going back is a switch. */
  keepsFormer: boolean
  /** What is deployed: the files the release carries, or what the vendor builds and keeps by itself. */
  artifact: 'store' | 'vendor'
  /** Whether going back brings back the variables and secrets of then. */
  restoresEnv: boolean
  /** Whether it is pages, which browsers load and which call the other services: they are switched last, and back first. */
  isPages: boolean
}

/** What serves. `release` is null when nothing does, or when the vendor cannot tell which one it is. */
export interface Live {
  release: string | null
  /** In one sentence, such as which deployment of the vendor's it is. */
  detail: string
}

/** How a provider holds previews of pull requests. One is deployed by `plan` into an environment of its own. */
export interface PreviewHolding<Settings> {
  /** Why it cannot, with these settings; null: it can. */
  refusal(settings: Settings): string | null
  /**
   * The steps that take everything of the environment away. Each finds what is there by its name or tag, not by what was
   * answered: a process may have died before it could say what it made. Where nothing is there, it is done.
   */
  removal(facts: ServiceFacts<Settings>): PlannedStep[]
  /** Where it is going to be reached, where that is known before it is there: others may be built with it. */
  address?(facts: ServiceFacts<Settings>): string | null
  /** Variables that the other services of the preview have in the place of those of the job, such as its own database. */
  env?(facts: ServiceFacts<Settings>, context: StepContext): Promise<Record<string, string>>
}

/**
 * A way to put a service somewhere. `plan` says the steps as data and does nothing; all others act.
 *
 * `perform` and `undo` may be asked again, after a crash for one: twice is as good as once. Whether a request was accepted
 * before is found out by a tag, the vendor's metadata or an optimistic version. `undo` also meets steps that failed or hung
 * half-way. What goes wrong is a value, with the vendor's error, its request id and what to do; an exception is a fault of
 * the provider, and fails the step all the same.
 */
export interface Provider<Settings = unknown, Context extends StepContext = StepContext> {
  /** What people call it on the line: `postgres`, `node`, `static`. */
  kindOf(settings: Settings): string
  /** Whether it keeps data: then a rollback leaves it as it is. */
  isStateful(settings: Settings): boolean
  /** The folder of the migrations it applies, from the root of the repository; null where it applies none. */
  migrationsIn(settings: Settings): string | null
  capabilities(settings: Settings): Capabilities
  /** Pure, and the same each time for the same facts. Ids of steps stay the same from one release to the next. */
  plan(facts: ServiceFacts<Settings>): PlannedStep[]
  perform(step: PlannedStep, facts: ServiceFacts<Settings>, context: Context): Promise<StepOutcome>
  /** Asked back to front for every undoable step that was begun. */
  undo(step: PlannedStep, facts: ServiceFacts<Settings>, context: Context): Promise<StepOutcome>
  /** Asked when a step is given up: ends what it began, such as a build. `undo` is asked as well. */
  cancel(step: PlannedStep, facts: ServiceFacts<Settings>, context: Context): Promise<void>
  /** After the switch, the way people take: whether this release answers through its public address. */
  verify(facts: ServiceFacts<Settings>, context: Context): Promise<StepOutcome>
  /** Where people reach it; null where nobody does. Before its first deployment, where they will, if that is known by then. */
  address(facts: ServiceFacts<Settings>, context: Context): Promise<string | null>
  /** What serves now, as the vendor says. */
  live(facts: ServiceFacts<Settings>, context: Context): Promise<Live>
  /**
   * Names of the variables and secrets it is started with, each with a trace of its value (`traceOf`) or the vendor's own digest; null
   * where nobody tells one. Never a value. Asked once it serves, and by whoever only looks.
   */
  envOf(facts: ServiceFacts<Settings>, context: Context): Promise<Record<string, string | null>>
  /** Whether this release, which was live before, can be put back now: asked before anything of a rollback is done. */
  canRestore(facts: ServiceFacts<Settings>, context: Context): Promise<{ can: true } | { can: false; why: string }>
  /** Left out: it holds none. */
  previews?: PreviewHolding<Settings>
}

export const defineProvider = <W extends AnyWord, Context extends StepContext = StepContext>(
  word: W,
  acts: Provider<SettingsOf<W>, Context>,
) => withActs(word, acts)
