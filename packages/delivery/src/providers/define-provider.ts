import type { DeployStep, Release } from '@gantry/core'
import { type AnyWord, type ServiceConfig, type SettingsOf, withActs } from '@gantry/core/config'
import { inOneSentence } from '@gantry/core/words'
import type { ArtifactStore } from '../artifacts/artifact-store.ts'
import type { Machine } from './local/machine.ts'

/** What a plan for one service is made from. */
export interface ServiceFacts<Settings> {
  project: string
  environment: string
  service: string
  config: ServiceConfig
  settings: Settings
  release: Release
  /** The release that serves now; null the first time. */
  former: string | null
  kind: 'deploy' | 'rollback'
  /** Whether this release still runs here beside the one that serves. */
  isKept: boolean
  /** Releases whose processes are ended once this one serves. */
  retire: string[]
}

export type PlannedStep = Pick<DeployStep, 'id' | 'service' | 'action' | 'summary'>

/** How a step ended. A failure is a value: the orchestrator undoes what was done. */
export type StepOutcome = { ok: true; detail: string | null } | ({ ok: false } & StepFailure)

export interface StepFailure {
  /** One sentence without the service and the act, which the step names: `/healthz answered 503`. */
  why: string
  /** How long it was waited for. */
  afterMs?: number
  /** What there is to read about it, oldest first. */
  lines: string[]
}

/** A failure of what was said, by an exception for one, in as many lines as it liked. */
export function stepFailed(said: string, lines: string[] = []): StepOutcome {
  const { sentence, rest } = inOneSentence(said)
  return { ok: false, why: sentence, lines: [...rest, ...lines] }
}

export interface StepContext {
  /** Variables for the service: its own, the database's address, the addresses of the other services. */
  env: Record<string, string>
  /** What `env('NAME')` in a config may ask for: secrets and variables of the environment, what this machine hands out. */
  machineEnv: Record<string, string | undefined>
  addressOf(service: string): string | null
  machine: Machine
  artifacts: ArtifactStore
}

/**
 * A way to put a service somewhere. `plan` says the steps as data and does nothing; `perform` does one of them and may be
 * asked again after a crash, so doing it twice must be as good as once; `undo` takes it back.
 */
export interface Provider<Settings = unknown> {
  /** What people call it on the line: `postgres`, `node`, `static`. */
  kindOf(settings: Settings): string
  /** Whether it keeps data: then a rollback leaves it as it is. */
  isStateful(settings: Settings): boolean
  /** The folder of the migrations it applies, from the root of the repository; null where it applies none. */
  migrationsIn(settings: Settings): string | null
  plan(facts: ServiceFacts<Settings>): PlannedStep[]
  perform(step: PlannedStep, facts: ServiceFacts<Settings>, context: StepContext): Promise<StepOutcome>
  undo(step: PlannedStep, facts: ServiceFacts<Settings>, context: StepContext): Promise<void>
  /** Makes a release that was live serve again after a start, without any plan. */
  restore(facts: ServiceFacts<Settings>, context: StepContext): Promise<StepOutcome>
}

export const defineProvider = <W extends AnyWord>(word: W, acts: Provider<SettingsOf<W>>) => withActs(word, acts)
