import { approvalRule, type Config } from '@gantry/core/config'
import type { Workflow } from '@gantry/workflow'
import { gateJobOf } from '../doctor/gate-job.ts'

/** What GitHub's settings should say, as the repository's own files have it. */
export interface WantedOnGitHub {
  branch: string
  /** Names of the checks a pull request needs; empty when no job can be required. */
  checks: string[]
  environments: WantedEnvironment[]
}

export interface WantedEnvironment {
  name: string
  /** A person must say yes on GitHub as well: where reviewers were named, as few plans have them and Gantry's own votes need none. */
  needsReviewers: boolean
  /** Accounts (`ana`) and teams (`@acme/ops`); null leaves those that are there. */
  reviewers: string[] | null
  preventSelfReview: boolean
}

/** @param reviewers for the environments that need approvals; null leaves them as they are */
export function wantedOnGitHub(
  config: Config,
  workflows: readonly Workflow[],
  reviewers: string[] | null = null,
): WantedOnGitHub {
  const ci = workflows.find(({ path }) => path.endsWith(`/${config.requiredWorkflow}`))
  const gate = ci && gateJobOf(ci)
  const root = Object.values(config.environments).find(({ on }) => on !== undefined)
  return {
    branch: root?.on ?? 'main',
    checks: gate ? [gate.name] : [],
    environments: Object.entries(config.environments).map(([name, { approvals, allowSelfApproval }]) => {
      const needsVotes = approvalRule(approvals).needed > 0
      return {
        name,
        needsReviewers: needsVotes && reviewers !== null,
        reviewers: needsVotes ? reviewers : null,
        preventSelfReview: needsVotes && !allowSelfApproval,
      }
    }),
  }
}
