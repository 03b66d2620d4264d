import type { FakeAnswer } from '../fake.ts'
import { type Act, notFound } from './github-acts.ts'
import { shapes } from './github-shapes.ts'
import { type FakeEnvironment, newId } from './github-state.ts'
import { notOnThisPlan } from './ruleset-acts.ts'

const repo = '/repos/{owner}/{repo}'
const ok = (body: unknown, status = 200): FakeAnswer => ({ status, body })

const accounts: Readonly<Record<string, number>> = { ana: 11 }
const teams: Readonly<Record<string, number>> = { ops: 22 }

const refuses = (message: string): FakeAnswer => ({ status: 422, body: { message } })
const noReviewers = refuses(
  'Failed to create the environment protection rule. Please ensure the billing plan supports the required reviewers protection rule.',
)
const selfReviewWithoutReviewers = refuses(
  'Failed to create or update the environment protection rule. Required reviewers must have at least one reviewer to set prevent_self_review.',
)

/** What an owner of a repository sets. */
export const settingsActs: Record<string, Act> = {
  'GET /users/{username}'(_state, { params: { username = '' } }) {
    const id = accounts[username]
    return id === undefined ? notFound : ok(shapes.account(username, id))
  },
  'GET /orgs/{org}/teams/{team_slug}'(_state, { params: { team_slug: slug = '' } }) {
    const id = teams[slug]
    return id === undefined ? notFound : ok(shapes.team(slug, id))
  },
  [`GET ${repo}/environments/{environment_name}`](state, { params: { environment_name: name = '' } }) {
    const known = state.environments.get(name)
    return known ? ok(shapes.environment(name, known)) : notFound
  },
  [`PUT ${repo}/environments/{environment_name}`](state, { params: { environment_name: name = '' }, body }) {
    const asked = Object(body)
    if (!state.offers.reviewers && asked.reviewers?.length > 0) return noReviewers
    if (asked.prevent_self_review === true && !(asked.reviewers?.length > 0)) return selfReviewWithoutReviewers
    const made: FakeEnvironment = {
      waitTimer: asked.wait_timer ?? 0,
      preventSelfReview: asked.prevent_self_review ?? false,
      reviewers: asked.reviewers ?? [],
      branchPolicy: asked.deployment_branch_policy ?? null,
      branches: state.environments.get(name)?.branches ?? [],
      rules: state.environments.get(name)?.rules ?? [],
    }
    state.environments.set(name, made)
    return ok(shapes.environment(name, made))
  },
  [`GET ${repo}/environments/{environment_name}/deployment-branch-policies`](state, { params }) {
    const known = state.environments.get(params['environment_name'] ?? '')
    if (!known) return notFound
    return ok({ total_count: known.branches.length, branch_policies: known.branches.map(shapes.branchPolicy) })
  },
  [`POST ${repo}/environments/{environment_name}/deployment-branch-policies`](state, { params, body }) {
    const known = state.environments.get(params['environment_name'] ?? '')
    if (!known?.branchPolicy?.custom_branch_policies) return notFound
    known.branches.push(String(Object(body).name))
    return ok(shapes.branchPolicy(String(Object(body).name), known.branches.length))
  },
  [`GET ${repo}/environments/{environment_name}/deployment_protection_rules`](state, { params }) {
    const known = state.environments.get(params['environment_name'] ?? '')
    if (!known) return notFound
    return ok({ total_count: known.rules.length, custom_deployment_protection_rules: known.rules.map(shapes.rule) })
  },
  [`GET ${repo}/environments/{environment_name}/deployment_protection_rules/apps`](state) {
    const { app } = state
    const found = app && state.offers.rules ? [shapes.rule({ id: 0, appId: app.id, slug: app.slug }).app] : []
    return ok({ total_count: found.length, available_custom_deployment_protection_rule_integrations: found })
  },
  [`POST ${repo}/environments/{environment_name}/deployment_protection_rules`](state, { params, body }) {
    const known = state.environments.get(params['environment_name'] ?? '')
    const { app } = state
    if (!known || !app || Object(body).integration_id !== app.id) return notFound
    const rule = { id: newId(state), appId: app.id, slug: app.slug }
    known.rules.push(rule)
    return ok(shapes.rule(rule), 201)
  },
  [`GET ${repo}/branches/{branch}/protection`]: ({ protection, offers }) =>
    offers.protection ? (protection ? ok(protection) : notFound) : notOnThisPlan,
  [`PUT ${repo}/branches/{branch}/protection`](state, { body }) {
    if (!state.offers.protection) return notOnThisPlan
    state.protection = protectionOf(Object(body))
    return ok(state.protection)
  },
  [`PATCH ${repo}/branches/{branch}/protection/required_status_checks`](state, { body }) {
    const asked = Object(body)
    const checks = checksOf(asked)
    state.protection = { ...state.protection, required_status_checks: checks }
    return ok(checks)
  },
}

interface AskedChecks {
  strict?: boolean
  checks?: { context: string; app_id?: number }[]
}

/** GitHub keeps it in another shape than it is asked in. */
function protectionOf(asked: { required_status_checks: AskedChecks | null; enforce_admins: boolean | null }) {
  return {
    url: 'https://api.github.com/repos/acme/shop/branches/main/protection',
    ...(asked.required_status_checks && { required_status_checks: checksOf(asked.required_status_checks) }),
    enforce_admins: {
      url: 'https://api.github.com/repos/acme/shop/enforce_admins',
      enabled: asked.enforce_admins ?? false,
    },
  }
}

const checksOf = ({ strict = false, checks = [] }: AskedChecks) => ({
  url: 'https://api.github.com/repos/acme/shop/branches/main/protection/required_status_checks',
  contexts_url: 'https://api.github.com/repos/acme/shop/branches/main/protection/required_status_checks/contexts',
  strict,
  contexts: checks.map(({ context }) => context),
  checks: checks.map(({ context, app_id: appId = null }) => ({ context, app_id: appId })),
})
