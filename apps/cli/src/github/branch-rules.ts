import { GantryError } from '@gantry/core'
import * as z from 'zod'
import { type Change, type Difference, getOffered, type Request } from './change.ts'
import type { GitHub } from './github.ts'
import type { WantedOnGitHub } from './wanted.ts'

type Wanted = Pick<WantedOnGitHub, 'branch' | 'checks'>

/** What Gantry's own ruleset is called: others are left as they are. */
const rulesetName = 'gantry'
/** GitHub's number of the role of administrators. */
const administrators = 5

const Check = z.looseObject({ context: z.string() })
const ChecksRule = z.looseObject({
  type: z.literal('required_status_checks'),
  parameters: z.looseObject({ required_status_checks: z.array(Check) }),
})
const Rules = z.array(z.looseObject({ type: z.string() }))
const Listed = z.array(z.looseObject({ id: z.int(), name: z.string(), source_type: z.string().optional() }))
const Ruleset = z.looseObject({
  name: z.string(),
  target: z.string().default('branch'),
  enforcement: z.string(),
  bypass_actors: z.array(z.unknown()).default([]),
  conditions: z
    .looseObject({ ref_name: z.looseObject({ include: z.array(z.string()), exclude: z.array(z.string()) }).optional() })
    .nullish(),
  rules: Rules.default([]),
})
type Ruleset = z.output<typeof Ruleset>

/**
 * What has to change so that pull requests need the checks: by a ruleset, else by the protection of the branch. What rules of others
 * already ask for is not asked for twice, and none is taken away.
 * Source: REST API "Rules" and "Branch protection", version 2022-11-28. @throws GantryError VENDOR_REFUSED
 */
export async function branchDifference(github: GitHub, wanted: Wanted): Promise<Difference> {
  const { branch, checks } = wanted
  if (checks.length === 0) return { changes: [], notOffered: [] }
  const listed = await getOffered(github, '/rulesets?includes_parents=false&per_page=100')
  const protection = await getOffered(github, `/branches/${encodeURIComponent(branch)}/protection`)
  // A GitHub Enterprise Server of before has no rulesets at all.
  const hasRulesets = listed !== 'not-offered' && listed !== null
  if (!hasRulesets && protection === 'not-offered') return nothingOffered(branch)
  const required = [...checksOfProtection(protection), ...(hasRulesets ? await checksOfRules(github, branch) : [])]
  const missing = checks.filter(check => !required.includes(check))
  if (missing.length === 0) return { changes: [], notOffered: [] }
  const now = required.length === 0 ? 'no check is required' : `required are ${[...new Set(required)].join(', ')}`
  const said = { what: `branch ${branch}`, now, wanted: `pull requests need ${spoken(checks)}` }
  const change = hasRulesets
    ? await rulesetChange(github, { branch, missing }, Listed.parse(listed))
    : protectionChange({ branch, missing }, protection)
  return { changes: [{ ...said, ...change }], notOffered: [] }
}

const spoken = (checks: readonly string[]): string => `the check ${checks.map(check => `"${check}"`).join(' and ')}`

const nothingOffered = (branch: string): Difference => ({
  changes: [],
  notOffered: [
    `branch ${branch}: GitHub has neither rulesets nor branch protection for this repository on its plan, so that anybody who may write may push; what is deployed is still approved in Gantry`,
  ],
})

async function checksOfRules(github: GitHub, branch: string): Promise<string[]> {
  const rules = Rules.parse((await github.get(`/rules/branches/${encodeURIComponent(branch)}?per_page=100`)) ?? [])
  return rules.flatMap(checksOf)
}

const checksOf = (rule: unknown): string[] =>
  ChecksRule.safeParse(rule).data?.parameters.required_status_checks.map(({ context }) => context) ?? []

async function rulesetChange(
  github: GitHub,
  { branch, missing }: { branch: string; missing: string[] },
  listed: z.output<typeof Listed>,
): Promise<Pick<Change, 'request' | 'undo'>> {
  const own = listed.find(({ name, source_type: source }) => name === rulesetName && source !== 'Organization')
  if (!own) {
    const request: Request = { method: 'POST', path: '/rulesets', body: newRuleset(branch, missing) }
    return { request, undo: { method: 'DELETE', path: '/rulesets/{id}' } }
  }
  const path = `/rulesets/${own.id}`
  const former = settingsOf(Ruleset.parse(await github.get(path)))
  return {
    request: { method: 'PUT', path, body: withChecks(former, branch, missing) },
    undo: { method: 'PUT', path, body: former },
  }
}

/** Administrators may let a pull request past it, and push nothing past it. */
const newRuleset = (branch: string, checks: readonly string[]) => ({
  name: rulesetName,
  target: 'branch',
  enforcement: 'active',
  bypass_actors: [{ actor_id: administrators, actor_type: 'RepositoryRole', bypass_mode: 'pull_request' }],
  conditions: { ref_name: { include: [`refs/heads/${branch}`], exclude: [] } },
  rules: [{ type: 'deletion' }, { type: 'non_fast_forward' }, checksRule(checks)],
})

const checksRule = (checks: readonly string[], former: object = {}) => ({
  type: 'required_status_checks',
  parameters: {
    strict_required_status_checks_policy: false,
    ...former,
    required_status_checks: checks.map(context => ({ context })),
  },
})

/** What may be put, of what is answered. */
const settingsOf = ({ name, target, enforcement, bypass_actors, conditions, rules }: Ruleset) => ({
  ...{ name, target, enforcement, bypass_actors, rules },
  ...(conditions && { conditions }),
})

/** As it was, in force for the branch, and with the checks. */
function withChecks(former: ReturnType<typeof settingsOf>, branch: string, missing: readonly string[]) {
  const ref = `refs/heads/${branch}`
  const { include = [], exclude = [] } = former.conditions?.ref_name ?? {}
  const known = former.rules.find(({ type }) => type === 'required_status_checks')
  const parameters = ChecksRule.safeParse(known).data?.parameters
  const rule = checksRule(missing, parameters)
  rule.parameters.required_status_checks.unshift(...(parameters?.required_status_checks ?? []))
  const others = former.rules.filter(each => each !== known)
  return {
    ...former,
    enforcement: 'active',
    conditions: {
      ref_name: { include: [...new Set([...include, ref])], exclude: exclude.filter(each => each !== ref) },
    },
    rules: [...others, rule],
  }
}

const Checks = z.looseObject({
  strict: z.boolean().default(false),
  checks: z.array(z.looseObject({ context: z.string(), app_id: z.number().nullish() })).default([]),
})
const Protection = z.looseObject({ required_status_checks: Checks.optional() })

const checksOfProtection = (protection: unknown): string[] =>
  Protection.safeParse(protection).data?.required_status_checks?.checks.map(({ context }) => context) ?? []

function protectionChange(
  { branch, missing }: { branch: string; missing: string[] },
  protection: unknown,
): Pick<Change, 'request' | 'undo'> {
  const path = `/branches/${encodeURIComponent(branch)}/protection`
  if (protection === null) {
    const body = {
      // The API wants the former list, too: one of the two is empty.
      required_status_checks: { strict: false, contexts: [], checks: missing.map(context => ({ context })) },
      enforce_admins: false,
      required_pull_request_reviews: null,
      restrictions: null,
      allow_force_pushes: false,
      allow_deletions: false,
    }
    return { request: { method: 'PUT', path, body }, undo: { method: 'DELETE', path } }
  }
  const { required_status_checks: current } = Protection.parse(protection)
  // With no checks at all this part of the protection does not exist, and only the whole can be put.
  if (!current) {
    const message = `branch ${branch} is protected without required checks, which the API cannot add without the rest`
    throw new GantryError('VENDOR_REFUSED', `${message}: turn on "Require status checks" once in the settings`, {
      branch,
    })
  }
  const kept = current.checks.map(({ context, app_id }) => ({ context, ...(app_id ? { app_id } : {}) }))
  const body = { strict: current.strict, checks: [...kept, ...missing.map(context => ({ context }))] }
  const at = `${path}/required_status_checks`
  const undo: Request = { method: 'PATCH', path: at, body: { strict: current.strict, checks: kept } }
  return { request: { method: 'PATCH', path: at, body }, undo }
}
