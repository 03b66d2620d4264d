import type { Config } from '../config/config.ts'
import type { RunState } from '../run/run.ts'

/**
 * Which secrets a run may have. `branch`: what is set for the repository, and for the environments that its branch leads to.
 * `stranger`: only what was set to be given to any branch. What a pull request or a branch of one's own brings was written by
 * anybody, and runs before anybody looked.
 */
export type RunTrust = { kind: 'branch'; environments: string[] } | { kind: 'stranger' }

export function trustIn(run: Pick<RunState, 'event' | 'ref'>, config: Config | null): RunTrust {
  const environments = environmentsOf(run.ref, config)
  const isTrusted = isOfBranch(run) && (environments.length > 0 || run.ref === mainBranch)
  return isTrusted ? { kind: 'branch', environments } : { kind: 'stranger' }
}

/** Its config is in force, so that whoever changes it decides what leads where. */
const mainBranch = 'refs/heads/main'

/** Named, not "all but pull requests": an event that is new here is a stranger's until somebody looked at it. */
export const isOfBranch = ({ event }: Pick<RunState, 'event'>): boolean =>
  ['push', 'workflow_dispatch', 'schedule'].includes(event)

/** Environments that a branch is deployed to, and those it is promoted to from there. */
export function environmentsOf(ref: string, config: Config | null): string[] {
  const all = Object.entries(config?.environments ?? {})
  const reachable = new Set(all.flatMap(([name, { on }]) => (on && ref === `refs/heads/${on}` ? [name] : [])))
  for (const _ of all) for (const [name, { from }] of all) if (from && reachable.has(from)) reachable.add(name)
  return [...reachable]
}
