import { GantryError } from '@gantry/core'
import * as z from 'zod'
import type { Change, Request } from './change.ts'
import type { GitHub } from './github.ts'
import type { WantedEnvironment } from './wanted.ts'

const Reviewer = z.looseObject({ type: z.enum(['User', 'Team']), reviewer: z.looseObject({ id: z.number() }) })
const Environment = z.looseObject({
  protection_rules: z
    .array(
      z.looseObject({
        type: z.string(),
        wait_timer: z.number().optional(),
        prevent_self_review: z.boolean().optional(),
        reviewers: z.array(Reviewer).optional(),
      }),
    )
    .default([]),
  deployment_branch_policy: z
    .looseObject({ protected_branches: z.boolean(), custom_branch_policies: z.boolean() })
    .nullable()
    .default(null),
})
type Environment = z.output<typeof Environment>

/**
 * What has to change so that an environment is there, is deployed from its branch alone, and asks the reviewers who were named beside
 * those it has. Source: REST API "Deployment environments" and "Deployment branch policies", version 2022-11-28.
 * @throws GantryError VENDOR_REFUSED
 */
export async function environmentChanges(github: GitHub, wanted: WantedEnvironment): Promise<Change[]> {
  const path = `/environments/${encodeURIComponent(wanted.name)}`
  const answer = await github.get(path)
  const before = settingsOf(Environment.parse(answer ?? {}))
  const asked = wanted.reviewers === null ? [] : await idsOf(github, wanted.reviewers)
  const after = settingsFor(before, asked, wanted)
  const differences = [
    answer === null && { now: 'it does not exist', wanted: 'it exists' },
    after.reviewers.length > before.reviewers.length && {
      now: `${before.reviewers.length} reviewers`,
      wanted: `the ${asked.length} reviewers named${before.reviewers.length > 0 ? ', too' : ''}`,
    },
    after.prevent_self_review !== before.prevent_self_review && {
      now: 'people may approve their own',
      wanted: 'nobody approves their own',
    },
  ].filter(each => each !== false)
  const isAnyBranch = before.deployment_branch_policy === null
  const what = `environment ${wanted.name}`
  const undo: Request = answer === null ? { method: 'DELETE', path } : { method: 'PUT', path, body: before }
  const request: Request = { method: 'PUT', path, body: after }
  // Nobody on GitHub has to approve where the plan has no reviewers: the votes in Gantry stand.
  const less: Request = {
    ...request,
    body: { ...after, reviewers: before.reviewers, prevent_self_review: before.prevent_self_review },
  }
  const branchOnly = { now: 'any branch may deploy', wanted: `only ${wanted.branch} may deploy` }
  const all = [...differences, ...(isAnyBranch ? [branchOnly] : [])]
  const isNamed = !isAnyBranch && !(await hasNoBranch(github, path, before))
  return [
    ...all.map(difference => ({ what, ...difference, request, undo, less })),
    ...(isNamed ? [] : [branchPolicy(what, path, { ...branchOnly, branch: wanted.branch, undo })]),
  ]
}

const Policies = z.looseObject({ total_count: z.int() })

/** Where it asks for names and has none: something stopped between the two, and nothing may deploy. */
async function hasNoBranch(
  github: GitHub,
  path: string,
  { deployment_branch_policy: policy }: Settings,
): Promise<boolean> {
  if (!policy?.custom_branch_policies) return false
  const found = await github.get(`${path}/deployment-branch-policies`)
  return Policies.parse(found ?? { total_count: 0 }).total_count === 0
}

/** Only a name of its own lets the branch in, and it is made apart from the setting that asks for names. */
const branchPolicy = (
  what: string,
  path: string,
  { branch, undo, ...said }: { branch: string; undo: Request; now: string; wanted: string },
): Change => ({
  what,
  ...said,
  request: { method: 'POST', path: `${path}/deployment-branch-policies`, body: { name: branch } },
  undo,
})

const settingsOf = ({ protection_rules: rules, deployment_branch_policy: policy }: Environment) => {
  const rule = (type: string) => rules.find(each => each.type === type)
  const reviewers = rule('required_reviewers')
  return {
    wait_timer: rule('wait_timer')?.wait_timer ?? 0,
    prevent_self_review: reviewers?.prevent_self_review === true,
    reviewers: (reviewers?.reviewers ?? []).map(({ type, reviewer }) => ({ type, id: reviewer.id })),
    deployment_branch_policy: policy,
  }
}
type Settings = ReturnType<typeof settingsOf>

/** More than there was, never less. */
function settingsFor(
  before: Settings,
  asked: Settings['reviewers'],
  { preventSelfReview }: WantedEnvironment,
): Settings {
  const reviewers = [
    ...new Map([...before.reviewers, ...asked].map(each => [`${each.type} ${each.id}`, each])).values(),
  ]
  return {
    ...before,
    reviewers,
    // GitHub refuses it where nobody reviews.
    prevent_self_review: before.prevent_self_review || (preventSelfReview && reviewers.length > 0),
    deployment_branch_policy: before.deployment_branch_policy ?? {
      protected_branches: false,
      custom_branch_policies: true,
    },
  }
}

const Account = z.looseObject({ id: z.number() })

/** `ana` is an account, `@acme/ops` a team. @throws GantryError VENDOR_REFUSED for one that GitHub does not know */
async function idsOf(github: GitHub, names: readonly string[]): Promise<{ type: 'User' | 'Team'; id: number }[]> {
  return Promise.all(
    names.map(async name => {
      const team = /^@?([\w.-]+)\/([\w.-]+)$/.exec(name)
      const path = team ? `/orgs/${team[1]}/teams/${team[2]}` : `/users/${encodeURIComponent(name.replace(/^@/, ''))}`
      const found = await github.root(path)
      if (found === null)
        throw new GantryError('VENDOR_REFUSED', `GitHub knows no ${team ? 'team' : 'account'} ${name}`)
      return { type: team ? ('Team' as const) : ('User' as const), id: Account.parse(found).id }
    }),
  )
}
