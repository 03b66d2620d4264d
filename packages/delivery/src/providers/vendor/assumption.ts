import type { StepContext } from '../step-context.ts'

/** What is asked of the real service: reading, and nothing else. */
export interface Looking {
  /** Answers the status, and the body as JSON. */
  get(path: string, query?: Record<string, string>): Promise<{ status: number; body: unknown; headers: Headers }>
  /** The name or id that the config gives for the service in this environment. */
  target: string
}

/** Something Gantry takes for true about a vendor, and how a person with an account sees whether it is. */
export interface Assumption {
  /** Stays the same, for whoever speaks of it. */
  id: string
  /** One sentence that can be wrong. */
  says: string
  /** Where Gantry has it from. */
  source: string
  /** Looks at the real service: null where it holds, else what was found instead. Left out where only an act would show it. */
  probe?(look: Looking): Promise<string | null>
  /** What to do and to see, where no probe can. */
  byHand?: string
}

/** A vendor's assumptions, and how its API is read. */
export interface VendorAssumptions {
  /** As people call it. */
  vendor: string
  /** The variable that holds the token where a config names no other. */
  tokenEnv: string
  /** Variables without which these settings let nothing be asked. */
  needs(settings: unknown): readonly string[]
  assumptions: readonly Assumption[]
  look(context: Pick<StepContext, 'env' | 'fetch' | 'now' | 'sleep' | 'signal' | 'log'>, said: LookedAt): Looking
}

/** The settings of a service that is deployed there, and the environment that is looked at. */
export interface LookedAt {
  settings: unknown
  environment: string
}

/** What a field of an answer is; undefined where it is not there. `fieldIn(body, 'targets.production.id')` */
export function fieldIn(body: unknown, path: string): unknown {
  let at = body
  for (const name of path.split('.')) {
    if (typeof at !== 'object' || at === null) return undefined
    at = (at as Record<string, unknown>)[name]
  }
  return at
}

/** Null when every field is there. */
export function missingFields(body: unknown, paths: readonly string[]): string | null {
  const missing = paths.filter(path => fieldIn(body, path) === undefined)
  return missing.length === 0 ? null : `the answer has no ${missing.join(', ')}`
}
