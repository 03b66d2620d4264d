import type { FakeAnswer, FakeRequest } from '../fake.ts'
import { shapes } from './github-shapes.ts'
import { type FakeDeployment, type FakeRun, type GitHubState, keyPairs, newId } from './github-state.ts'

export type Act = (state: GitHubState, request: FakeRequest) => FakeAnswer

const repo = '/repos/{owner}/{repo}'
export const ok = (body: unknown, status = 200): FakeAnswer => ({ status, body })
export const notFound: FakeAnswer = { status: 404, body: { message: 'Not Found' } }
const invalid = (message: string): FakeAnswer => ({
  status: 422,
  body: { message: 'Validation Failed', errors: [{ message }] },
})
const field = (body: unknown, name: string): unknown => Object(body)[name]
const textOf = (body: unknown, name: string): string => String(field(body, name) ?? '')

/** One page of a list, with a link to the next. `said` makes the body of it. */
export function paged<T>(
  all: readonly T[],
  { query, path }: FakeRequest,
  said: (shown: T[]) => unknown = shown => shown,
): FakeAnswer {
  const [size, page] = [Number(query['per_page'] ?? 30), Number(query['page'] ?? 1)]
  const next = `<https://api.github.com${path}?per_page=${size}&page=${page + 1}>; rel="next"`
  const headers = page * size < all.length ? { link: next } : {}
  return { ...ok(said(all.slice((page - 1) * size, page * size))), headers }
}

/** What GitHub does, by operation; `environments`, rulesets and protection are in a file of their own. */
export const appActs: Record<string, Act> = {
  'POST /app-manifests/{code}/conversions'(state, { params }) {
    if (!state.codes.delete(params['code'] ?? '')) return notFound
    state.app = { id: newId(state), slug: 'gantry-shop', webhookSecret: 'secret of the hook' }
    return ok(shapes.conversion(state, String(keyPairs().app.privateKey.export({ type: 'pkcs1', format: 'pem' }))), 201)
  },
  [`GET ${repo}/installation`]: state => (state.installation ? ok(shapes.installation(state)) : notFound),
  'POST /app/installations/{installation_id}/access_tokens'(state, { params, body }) {
    const { installation } = state
    if (installation === null || String(installation.id) !== params['installation_id']) return notFound
    if (installation.isSuspended) return { status: 403, body: { message: 'This installation has been suspended' } }
    const { id, name } = state.repository
    const asked = [field(body, 'repositories'), field(body, 'repository_ids')].map(each => JSON.stringify(each))
    if (asked[0] !== JSON.stringify([name.split('/')[1]]) && asked[1] !== JSON.stringify([id]))
      return invalid('no such repository')
    const endsAtMs = state.now().getTime() + state.tokenLifeMs
    const token = `ghs_${newId(state)}`
    state.minted.set(token, endsAtMs)
    return ok(shapes.installationToken(token, endsAtMs), 201)
  },
  'GET /user': ({ userId }) => ok(shapes.user(userId)),
  [`GET ${repo}`]: state => ok(shapes.repository(state)),
  [`GET ${repo}/branches/{branch}`](state, { params }) {
    const sha = state.branches.get(params['branch'] ?? '')
    return sha === undefined ? notFound : ok(shapes.branch(params['branch'] ?? '', sha))
  },
}

export const deploymentActs: Record<string, Act> = {
  [`GET ${repo}/deployments`](state, request) {
    const { sha, environment } = request.query
    const is = (asked: unknown, known: string) => asked === undefined || asked === known
    const found = state.deployments.filter(each => is(sha, each.sha) && is(environment, each.environment))
    return paged(found.reverse(), request, shown => shown.map(shapes.deployment))
  },
  [`POST ${repo}/deployments`](state, { body }) {
    const sha = textOf(body, 'ref')
    if (state.commits !== null && !state.commits.has(sha)) return invalid(`No ref found for: ${sha}`)
    if (field(body, 'auto_merge') !== false) return ok({ message: 'Auto-merged main into it on deployment.' }, 202)
    const required = field(body, 'required_contexts')
    if (!Array.isArray(required) || required.length > 0)
      return { status: 409, body: { message: 'Conflict: Commit status checks failed' } }
    const made: FakeDeployment = {
      id: newId(state),
      sha,
      environment: textOf(body, 'environment'),
      task: textOf(body, 'task'),
      payload: field(body, 'payload'),
      description: textOf(body, 'description'),
      isProduction: field(body, 'production_environment') === true,
      statuses: [],
    }
    state.deployments.push(made)
    return ok(shapes.deployment(made), 201)
  },
  [`GET ${repo}/deployments/{deployment_id}/statuses`]: (state, request) =>
    ofDeployment(state, request, ({ statuses }) => paged(statuses.map(shapes.status), request)),
  [`POST ${repo}/deployments/{deployment_id}/statuses`]: (state, request) =>
    ofDeployment(state, request, one => {
      const { body } = request
      const description = textOf(body, 'description')
      if (description.length > 140) return invalid('description is too long (maximum is 140 characters)')
      const urls = { logUrl: textOf(body, 'log_url'), environmentUrl: textOf(body, 'environment_url') }
      one.statuses.unshift({ id: newId(state), state: textOf(body, 'state'), description, ...urls })
      return ok(shapes.status(one.statuses[0] as FakeDeployment['statuses'][number]), 201)
    }),
}

function ofDeployment(
  state: GitHubState,
  { params }: FakeRequest,
  act: (one: FakeDeployment) => FakeAnswer,
): FakeAnswer {
  const one = state.deployments.find(({ id }) => String(id) === params['deployment_id'])
  return one ? act(one) : notFound
}

export const commentActs: Record<string, Act> = {
  [`GET ${repo}/commits/{commit_sha}/pulls`]: (state, { params }) =>
    ok((state.pulls.get(params['commit_sha'] ?? '') ?? []).map(shapes.pull)),
  [`GET ${repo}/pulls/{pull_number}`](state, { params }) {
    const number = Number(params['pull_number'])
    const found = state.pullRequests.get(number)
    return found ? ok(shapes.pullRequest(state, number, found)) : notFound
  },
  [`GET ${repo}/issues/{issue_number}/comments`](state, request) {
    const all = state.comments.filter(({ issue }) => String(issue) === request.params['issue_number'])
    return paged(all, request, shown => shown.map(shapes.comment))
  },
  [`POST ${repo}/issues/{issue_number}/comments`](state, { params, body, headers }) {
    const isApp = isByApp(state, headers)
    const made = {
      id: newId(state),
      issue: Number(params['issue_number']),
      body: textOf(body, 'body'),
      userId: isApp ? 1 : state.userId,
      appId: isApp ? (state.app?.id ?? null) : null,
    }
    state.comments.push(made)
    return ok(shapes.comment(made), 201)
  },
  [`PATCH ${repo}/issues/comments/{comment_id}`](state, { params, body }) {
    const one = state.comments.find(({ id }) => String(id) === params['comment_id'])
    if (!one) return notFound
    one.body = textOf(body, 'body')
    return ok(shapes.comment(one))
  },
}

/** Whose the personal token is. */
const ownLogin = 'octocat'

const isByApp = ({ minted }: GitHubState, { authorization = '' }: Record<string, string>): boolean =>
  minted.has(authorization.replace(/^Bearer /, ''))

export const runActs: Record<string, Act> = {
  [`POST ${repo}/actions/workflows/{workflow_id}/dispatches`](state, { params, body, headers }) {
    const branch = textOf(body, 'ref')
    const inputs = Object(field(body, 'inputs')) as Record<string, unknown>
    const run = addRun(state, {
      workflow: params['workflow_id'] ?? '',
      // As `run-name` of the generated file makes it.
      title: `promote ${inputs['promotion'] ?? ''}`.trim(),
      event: 'workflow_dispatch',
      actor: isByApp(state, headers) ? `${state.app?.slug}[bot]` : ownLogin,
      branch,
      inputs,
    })
    if (!state.saysRun || field(body, 'return_run_details') !== true) return { status: 204 }
    const at = `https://api.github.com/repos/acme/shop/actions/runs/${run.id}`
    return ok({ workflow_run_id: run.id, run_url: at, html_url: shapes.run(run).html_url })
  },
  [`GET ${repo}/actions/workflows/{workflow_id}/runs`]: (state, request) =>
    runsIn(state, request, ({ workflow }) => workflow === request.params['workflow_id']),
  [`GET ${repo}/actions/runs`]: (state, request) => runsIn(state, request, () => true),
  [`GET ${repo}/actions/runs/{run_id}`]: (state, { params }) => {
    const run = runOf(state, params)
    return run ? ok(shapes.run(run)) : notFound
  },
  [`GET ${repo}/actions/runs/{run_id}/jobs`](state, request) {
    const run = runOf(state, request.params)
    if (!run) return notFound
    const jobs = (shown: FakeRun['jobs']) => shown.map(job => shapes.job(run, job))
    return paged(run.jobs, request, shown => ({ total_count: run.jobs.length, jobs: jobs(shown) }))
  },
  [`GET ${repo}/actions/runs/{run_id}/pending_deployments`]: (state, { params }) => {
    const run = runOf(state, params)
    return run ? ok(run.pending.map(shapes.pending)) : notFound
  },
  [`POST ${repo}/actions/runs/{run_id}/deployment_protection_rule`]: (state, { params, body }) => {
    const run = runOf(state, params)
    const environment = textOf(body, 'environment_name')
    if (!run?.pending.includes(environment)) return invalid('No pending custom deployment requests to review')
    const said = field(body, 'state')
    const decided = said === 'approved' || said === 'rejected' ? said : null
    const reports = run.answers.filter(each => each.environment === environment && each.state === null)
    if (decided === null && reports.length >= 10) return invalid('the limit of status reports is reached')
    run.answers.push({ environment, state: decided, comment: textOf(body, 'comment') })
    if (decided !== null) run.pending = run.pending.filter(name => name !== environment)
    return { status: 204 }
  },
}

const runOf = ({ runs }: GitHubState, params: Record<string, string>) =>
  runs.find(({ id }) => String(id) === params['run_id'])

/** The newest first, and no more of them than GitHub lists of one question. */
function runsIn(state: GitHubState, request: FakeRequest, isAsked: (run: FakeRun) => boolean): FakeAnswer {
  const { event, status, created, head_sha: sha } = request.query
  const found = state.runs
    .filter(isAsked)
    .filter(run => (event === undefined || run.event === event) && (status === undefined || run.status === status))
    .filter(run => sha === undefined || run.sha === sha)
    .filter(run => isWithin(String(created ?? ''), Date.parse(run.createdAt)))
    .toSorted((a, b) => Date.parse(b.createdAt) - Date.parse(a.createdAt) || b.id - a.id)
  const shapesOf = (shown: FakeRun[]) => ({ total_count: found.length, workflow_runs: shown.map(shapes.run) })
  return paged(found.slice(0, state.mostRuns), request, shapesOf)
}

/** `>=2026-11-28T08:00:00Z`, or two of them with `..` between; both ends are part of it. */
function isWithin(created: string, atMs: number): boolean {
  const [from = '', to = ''] = created.replace(/^>=/, '').split('..')
  return atMs >= (from === '' ? 0 : Date.parse(from)) && atMs <= (to === '' ? Infinity : Date.parse(to))
}

export function addRun(
  state: GitHubState,
  said: Partial<FakeRun> & Pick<FakeRun, 'workflow' | 'title' | 'event' | 'branch'>,
): FakeRun {
  const run: FakeRun = {
    id: newId(state),
    sha: state.branches.get(said.branch) ?? 'a'.repeat(40),
    status: 'queued',
    conclusion: null,
    attempt: 1,
    createdAt: said.createdAt ?? state.now().toISOString(),
    updatedAt: said.createdAt ?? state.now().toISOString(),
    actor: 'ana',
    head: { id: state.repository.id, name: state.repository.name },
    suiteId: newId(state),
    jobs: [],
    inputs: {},
    pending: [],
    answers: [],
    ...said,
  }
  state.runs.push(run)
  return run
}
