import { GantryError } from '@gantry/core'
import * as z from 'zod'
import type { GitHub } from './github.ts'
import type { WantedEnvironment, WantedOnGitHub } from './wanted.ts'

/** One setting that differs, in words, and the request that would mend it. */
export interface Change {
  what: string
  now: string
  wanted: string
  request: { method: 'PUT' | 'PATCH'; path: string; body: unknown }
  /** What puts it back as it was. */
  undo: { method: 'PUT' | 'PATCH' | 'DELETE'; path: string; body?: unknown }
}

const Checks = z.looseObject({
  strict: z.boolean().default(false),
  checks: z.array(z.looseObject({ context: z.string(), app_id: z.number().nullish() })).default([]),
})
const Protection = z.looseObject({ required_status_checks: Checks.optional() })

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

/**
 * What has to change so that GitHub's settings fit; nothing is changed. Settings that are not spoken of stay as they are.
 * Source: REST API "Branch protection" and "Deployment environments", version 2022-11-28.
 * @throws GantryError VENDOR_REFUSED
 */
export async function protectionChanges(github: GitHub, wanted: WantedOnGitHub): Promise<Change[]> {
  const changes = await branchChange(github, wanted)
  for (const environment of wanted.environments) changes.push(...(await environmentChange(github, environment)))
  return changes
}

async function branchChange(github: GitHub, { branch, checks }: WantedOnGitHub): Promise<Change[]> {
  if (checks.length === 0) return []
  const path = `/branches/${encodeURIComponent(branch)}/protection`
  const answer = await github.get(path)
  const what = `branch ${branch}`
  const wanted = `pull requests need the check ${checks.map(check => `"${check}"`).join(' and ')}`
  if (answer === null) {
    const body = {
      required_status_checks: { strict: false, checks: checks.map(context => ({ context })) },
      enforce_admins: false,
      required_pull_request_reviews: null,
      restrictions: null,
      allow_force_pushes: false,
      allow_deletions: false,
    }
    const request = { method: 'PUT' as const, path, body }
    return [{ what, now: 'it is not protected', wanted, request, undo: { method: 'DELETE', path } }]
  }
  const { required_status_checks: current } = Protection.parse(answer)
  const known = current?.checks ?? []
  const missing = checks.filter(check => !known.some(({ context }) => context === check))
  if (missing.length === 0) return []
  // With no checks at all this part of the protection does not exist, and only the whole can be put.
  if (!current) {
    const message = `branch ${branch} is protected without required checks, which the API cannot add without the rest`
    throw new GantryError('VENDOR_REFUSED', `${message}: turn on "Require status checks" once in the settings`, {
      branch,
    })
  }
  const now =
    known.length === 0 ? 'no check is required' : `required are ${known.map(({ context }) => context).join(', ')}`
  const kept = known.map(({ context, app_id }) => ({ context, ...(app_id ? { app_id } : {}) }))
  const body = { strict: current.strict, checks: [...kept, ...missing.map(context => ({ context }))] }
  const at = `${path}/required_status_checks`
  const undo = { method: 'PATCH' as const, path: at, body: { strict: current.strict, checks: kept } }
  return [{ what, now, wanted, request: { method: 'PATCH', path: at, body }, undo }]
}

async function environmentChange(github: GitHub, wanted: WantedEnvironment): Promise<Change[]> {
  const path = `/environments/${encodeURIComponent(wanted.name)}`
  const answer = await github.get(path)
  const current = Environment.parse(answer ?? {})
  const rule = (type: string) => current.protection_rules.find(each => each.type === type)
  const reviewers = rule('required_reviewers')
  const asked = wanted.reviewers === null ? null : await idsOf(github, wanted.reviewers)
  const present = (reviewers?.reviewers ?? []).map(({ type, reviewer }) => ({ type, id: reviewer.id }))
  const named = asked ?? present
  const differences = [
    answer === null && { now: 'it does not exist', wanted: 'it exists' },
    current.deployment_branch_policy === null && {
      now: 'any branch may deploy',
      wanted: 'only protected branches may deploy',
    },
    wanted.needsReviewers &&
      named.length === 0 && { now: 'nobody has to approve', wanted: 'reviewers (name them with --reviewers)' },
    asked !== null &&
      key(asked) !== key(present) && {
        now: `${present.length} reviewers`,
        wanted: `the ${asked.length} reviewers named`,
      },
    wanted.preventSelfReview &&
      named.length > 0 &&
      reviewers?.prevent_self_review !== true && {
        now: 'people may approve their own',
        wanted: 'nobody approves their own',
      },
  ].filter(each => each !== false)
  if (differences.length === 0) return []
  const body = {
    wait_timer: rule('wait_timer')?.wait_timer ?? 0,
    prevent_self_review: wanted.preventSelfReview || reviewers?.prevent_self_review === true,
    reviewers: named,
    deployment_branch_policy: current.deployment_branch_policy ?? {
      protected_branches: true,
      custom_branch_policies: false,
    },
  }
  const former = {
    wait_timer: body.wait_timer,
    prevent_self_review: reviewers?.prevent_self_review === true,
    reviewers: present,
    deployment_branch_policy: current.deployment_branch_policy,
  }
  const undo: Change['undo'] = answer === null ? { method: 'DELETE', path } : { method: 'PUT', path, body: former }
  const request = { method: 'PUT' as const, path, body }
  return differences.map(difference => ({ what: `environment ${wanted.name}`, ...difference, request, undo }))
}

const key = (reviewers: readonly { type: string; id: number }[]): string =>
  reviewers
    .map(({ type, id }) => `${type} ${id}`)
    .sort()
    .join()

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
