import { approvalRule, type Config } from '@gantry/core/config'
import type { Workflow } from '@gantry/workflow'
import { gateJobOf } from '../doctor/gate-job.ts'

/** What GitHub's settings should say, as the repository's own files have it. */
export interface WantedOnGitHub {
  branch: string
  /** Names of the checks a pull request needs; empty when no job can be required. */
  checks: string[]
  environments: WantedEnvironment[]
  /** Slug of the App that lets jobs into the environments; null: none does. */
  app: string | null
}

export interface WantedEnvironment {
  name: string
  /** The one it is deployed from. */
  branch: string
  /** Something or somebody has to let a release in. */
  isJudged: boolean
  /** Accounts (`ana`) and teams (`@acme/ops`) beside those that are there; null: none was named. */
  reviewers: string[] | null
  preventSelfReview: boolean
}

export interface Named {
  /** For the environments that need approvals; null: few plans have them, and Gantry's own votes need none. */
  reviewers: string[] | null
  app: string | null
}

export function wantedOnGitHub(
  config: Config,
  workflows: readonly Workflow[],
  { reviewers, app }: Named = { reviewers: null, app: null },
): WantedOnGitHub {
  const ci = workflows.find(({ path }) => path.endsWith(`/${config.requiredWorkflow}`))
  const gate = ci && gateJobOf(ci)
  const root = Object.values(config.environments).find(({ on }) => on !== undefined)
  return {
    branch: root?.on ?? 'main',
    checks: gate ? [gate.name] : [],
    app,
    environments: Object.entries(config.environments).map(([name, { approvals, allowSelfApproval, gates }]) => {
      const needsVotes = approvalRule(approvals).needed > 0
      return {
        name,
        branch: branchOf(name, config),
        isJudged: needsVotes || gates.length > 0,
        reviewers: needsVotes ? reviewers : null,
        preventSelfReview: needsVotes && !allowSelfApproval,
      }
    }),
  }
}

/** The branch that leads there, through the environments before. */
function branchOf(environment: string, { environments }: Config): string {
  let one = environments[environment]
  for (const _ of Object.keys(environments)) one = one?.from === undefined ? one : environments[one.from]
  return one?.on ?? 'main'
}
