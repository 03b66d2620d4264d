import type { FakeAnswer } from '../fake.ts'
import { type Act, notFound, ok } from './github-acts.ts'
import { shapes } from './github-shapes.ts'
import { type FakeRuleset, type GitHubState, newId } from './github-state.ts'

const repo = '/repos/{owner}/{repo}'

/** What GitHub says of what the plan of a private repository has not. */
export const notOnThisPlan: FakeAnswer = {
  status: 403,
  body: { message: 'Upgrade to GitHub Pro or make this repository public to enable this feature.' },
}

const offered =
  (act: Act): Act =>
  (state, request) =>
    state.offers.rulesets ? act(state, request) : notOnThisPlan

export const rulesetActs: Record<string, Act> = {
  [`GET ${repo}/rulesets`]: offered(({ rulesets }) => ok([...rulesets.values()].map(shapes.listedRuleset))),
  [`POST ${repo}/rulesets`]: offered((state, { body }) => {
    const made = { id: newId(state), source: 'Repository' as const, ...asked(Object(body)) }
    state.rulesets.set(made.id, made)
    return ok(shapes.ruleset(made), 201)
  }),
  [`GET ${repo}/rulesets/{ruleset_id}`]: offered((state, { params }) => {
    const known = rulesetOf(state, params)
    return known ? ok(shapes.ruleset(known)) : notFound
  }),
  [`PUT ${repo}/rulesets/{ruleset_id}`]: offered((state, { params, body }) => {
    const known = rulesetOf(state, params)
    if (known?.source !== 'Repository') return notFound
    const changed = { ...known, ...asked(Object(body)) }
    state.rulesets.set(known.id, changed)
    return ok(shapes.ruleset(changed))
  }),
  [`GET ${repo}/rules/branches/{branch}`]: offered((state, { params }) => {
    const ref = `refs/heads/${params['branch']}`
    const isOf = ({ include }: FakeRuleset) =>
      include.includes(ref) ||
      include.includes('~ALL') ||
      (include.includes('~DEFAULT_BRANCH') && params['branch'] === state.repository.defaultBranch)
    const active = [...state.rulesets.values()].filter(each => each.enforcement === 'active' && isOf(each))
    return ok(active.flatMap(ruleset => ruleset.rules.map(rule => shapes.ruleOfBranch(ruleset, rule))))
  }),
}

const rulesetOf = ({ rulesets }: GitHubState, params: Record<string, string>) =>
  rulesets.get(Number(params['ruleset_id']))

interface AskedRuleset {
  name: string
  enforcement: FakeRuleset['enforcement']
  target?: string
  conditions?: { ref_name?: { include?: string[] } }
  bypass_actors?: unknown[]
  rules?: FakeRuleset['rules']
}

const asked = ({
  name,
  enforcement,
  target = 'branch',
  conditions,
  bypass_actors: bypass = [],
  rules = [],
}: AskedRuleset) => ({
  ...{ name, enforcement, target, bypass, rules },
  include: conditions?.ref_name?.include ?? [],
})
