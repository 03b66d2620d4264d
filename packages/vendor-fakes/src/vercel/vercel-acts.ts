import { createHash } from 'node:crypto'
import type { FakeAnswer, FakeRequest } from '../fake.ts'
import { deploymentAnswer, listedDeployment, projectAnswer } from './vercel-answers.ts'
import {
  type AliasRequest,
  type FakeDeployment,
  type FakeProject,
  findDeployment,
  findProject,
  moveDomains,
  moveOn,
  nowIn,
  serve,
  type VercelState,
} from './vercel-state.ts'

type Act = (state: VercelState, request: FakeRequest) => FakeAnswer

export const errorBody = (_status: number, code: string, message: string) => ({ error: { code, message } })
const refused = (status: number, code: string, message: string, more: object = {}): FakeAnswer => ({
  status,
  body: { error: { code, message, ...more } },
})
const notFound = (what: string) => refused(404, 'not_found', `${what} not found`)

const account = {
  id: 'user_fake',
  uid: 'user_fake',
  username: 'fake',
  email: 'fake@example.com',
  name: 'Fake',
  version: 'northstar',
  defaultTeamId: 'team_fake',
}
const team = {
  id: 'team_fake',
  slug: 'fake',
  name: 'Fake',
  membership: { role: 'OWNER', confirmed: true },
  createdAt: 0,
  billing: { plan: 'pro' },
}

/** What Vercel does, by operation. */
export const vercelActs: Record<string, Act> = {
  'POST /v2/files'(state, { headers, body }) {
    const said = headers['x-vercel-digest'] ?? headers['x-now-digest']
    const digest = createHash('sha1')
      .update(body instanceof Uint8Array ? body : JSON.stringify(body ?? ''))
      .digest('hex')
    if (body instanceof Uint8Array && said !== digest)
      return refused(400, 'bad_digest', `expected ${said}, got ${digest}`)
    state.files.add(said ?? digest)
    return { status: 200, body: { urls: [] } }
  },
  'GET /v3/now/deployments/{idOrUrl}/events': () => ({ status: 200 }),
  'GET /v2/user': () => ({ status: 200, body: { user: account } }),
  'GET /teams/{teamId}': () => ({ status: 200, body: team }),
  'POST /v13/deployments': createDeployment,
  'GET /v13/deployments/{idOrUrl}'(state, { params }) {
    const deployment = findDeployment(state, params['idOrUrl'] ?? '')
    if (!deployment) return notFound('Deployment')
    moveOn(state, deployment)
    return { status: 200, body: deploymentAnswer(state, deployment) }
  },
  'DELETE /v13/deployments/{id}'(state, { params }) {
    const id = params['id'] ?? ''
    if (!state.deployments.delete(id)) return notFound('Deployment')
    return { status: 200, body: { uid: id, state: 'DELETED' } }
  },
  'GET /v7/deployments': listDeployments,
  'PATCH /v12/deployments/{id}/cancel'(state, { params }) {
    const deployment = findDeployment(state, params['id'] ?? '')
    if (!deployment) return notFound('Deployment')
    if (deployment.readyState === 'READY') return refused(400, 'bad_request', 'The deployment is already built')
    Object.assign(deployment, { readyState: 'CANCELED', ahead: [] })
    return { status: 200, body: deploymentAnswer(state, deployment) }
  },
  'GET /v9/projects/{idOrName}'(state, { params, query }) {
    const project = findProject(state, params['idOrName'] ?? '')
    if (!project) return notFound('Project')
    moveDomains(state, project)
    return { status: 200, body: projectAnswer(state, project, query['rollbackInfo'] === 'true') }
  },
  'GET /v9/projects/{idOrName}/domains'(state, { params }) {
    const project = findProject(state, params['idOrName'] ?? '')
    if (!project) return notFound('Project')
    const domains = project.domains.map(name => ({ name, apexName: name, projectId: project.id, verified: true }))
    return { status: 200, body: { domains, pagination: { count: domains.length, next: null, prev: null } } }
  },
  'PATCH /v9/projects/{idOrName}'(state, { params, body }) {
    const project = findProject(state, params['idOrName'] ?? '')
    if (!project) return notFound('Project')
    const asked = Object(body)['autoAssignCustomDomains']
    if (typeof asked === 'boolean') project.autoAssignCustomDomains = asked
    return { status: 200, body: projectAnswer(state, project) }
  },
  'GET /v10/projects/{idOrName}/env'(state, { params }) {
    const project = findProject(state, params['idOrName'] ?? '')
    if (!project) return notFound('Project')
    const envs = project.variables.map(({ key, target, updatedAt }) => ({
      ...{
        id: `env_${key}`,
        key,
        target,
        type: 'encrypted',
        value: 'not told',
        securityIssues: [],
        createdAt: 0,
        updatedAt,
      },
    }))
    return { status: 200, body: { envs, pagination: { count: envs.length, next: null, prev: null } } }
  },
  'POST /v10/projects/{projectId}/promote/{deploymentId}': (state, request) => moveTo(state, request, 'promote'),
  'POST /v1/projects/{projectId}/rollback/{deploymentId}': (state, request) => moveTo(state, request, 'rollback'),
  'POST /v9/projects/{projectId}/rollback/{deploymentId}': (state, request) => moveTo(state, request, 'rollback'),
  'GET /v1/projects/{projectId}/promote/aliases': promoteAliases,
  'POST /v2/deployments/{id}/aliases'(state, { params, body }) {
    const deployment = findDeployment(state, params['id'] ?? '')
    const alias = Object(body)['alias']
    if (!deployment || typeof alias !== 'string') return notFound('Deployment')
    if (deployment.readyState !== 'READY') return refused(409, 'deployment_not_ready', 'The deployment is not ready')
    const oldDeploymentId = state.aliases.get(alias) ?? null
    state.aliases.set(alias, deployment.id)
    return {
      status: 200,
      body: { uid: alias, alias, created: new Date(deployment.createdAt).toISOString(), oldDeploymentId },
    }
  },
  'GET /v4/aliases/{idOrAlias}'(state, { params }) {
    const alias = params['idOrAlias'] ?? ''
    const deploymentId = state.aliases.get(alias)
    if (deploymentId === undefined) return notFound('Alias')
    const projectId = state.deployments.get(deploymentId)?.projectId ?? null
    return { status: 200, body: { uid: alias, alias, created: new Date(0).toISOString(), deploymentId, projectId } }
  },
}

function promoteAliases(state: VercelState, { params, query }: FakeRequest): FakeAnswer {
  const project = findProject(state, params['projectId'] ?? '')
  if (!project) return notFound('Project')
  const domains = query['failedOnly'] === 'true' ? project.stuckDomains : project.domains
  const aliases = domains.map(alias => ({
    alias: { alias, deploymentId: state.aliases.get(alias) ?? '' },
    id: alias,
    status: 'failed',
  }))
  return { status: 200, body: { aliases, pagination: { count: aliases.length, next: null, prev: null } } }
}

function listDeployments(state: VercelState, { query }: FakeRequest): FakeAnswer {
  const project = query['projectId'] === undefined ? undefined : findProject(state, String(query['projectId']))
  const limit = Number(query['limit'] ?? 20)
  const found = [...state.deployments.values()]
    .filter(each => project === undefined || each.projectId === project.id)
    .filter(each => each.createdAt < Number(query['until'] ?? Number.POSITIVE_INFINITY))
    .sort((a, b) => b.createdAt - a.createdAt)
  const page = found.slice(0, limit)
  const next = found.length > limit ? (page.at(-1)?.createdAt ?? null) : null
  return {
    status: 200,
    body: { deployments: page.map(listedDeployment), pagination: { count: page.length, next, prev: null } },
  }
}

function createDeployment(state: VercelState, { body }: FakeRequest): FakeAnswer {
  const said = Object(body)
  const project = findProject(state, String(said['project'] ?? said['name']))
  if (!project) return notFound('Project')
  const files: { file: string; sha?: string }[] = said['files'] ?? []
  const missing = [...new Set(files.flatMap(({ sha }) => (sha === undefined || state.files.has(sha) ? [] : [sha])))]
  if (missing.length > 0) return refused(400, 'missing_files', 'Missing files', { missing })
  state.counter += 1
  const id = `dpl_fake${state.counter}`
  const deployment: FakeDeployment = {
    id,
    url: `${project.name}-${state.counter}.vercel.app`,
    name: project.name,
    projectId: project.id,
    target: said['target'] === 'production' ? 'production' : null,
    ahead: [...state.build],
    builtAt: state.now() + state.buildMs,
    readyState: 'QUEUED',
    readySubstate: null,
    error: null,
    meta: said['meta'] ?? {},
    files: files.map(({ file }) => file),
    createdAt: nowIn(state),
  }
  state.deployments.set(id, deployment)
  if (
    deployment.target === 'production' &&
    said['autoAssignCustomDomains'] !== false &&
    project.autoAssignCustomDomains
  )
    serve(state, project, id)
  return { status: 200, body: deploymentAnswer(state, deployment) }
}

function moveTo(state: VercelState, { params }: FakeRequest, type: AliasRequest['type']): FakeAnswer {
  const project = findProject(state, params['projectId'] ?? '')
  const deployment = findDeployment(state, params['deploymentId'] ?? '')
  if (!project || !deployment) return notFound(project ? 'Deployment' : 'Project')
  if (deployment.projectId !== project.id) return refused(400, 'bad_request', 'The deployment is of another project')
  const fault = type === 'rollback' ? rollbackFault(state, project, deployment) : null
  if (fault) return fault
  if (project.production === deployment.id && type === 'promote')
    return refused(409, 'conflict', 'The deployment already is the current production deployment')
  project.lastAliasRequest = {
    fromDeploymentId: project.production ?? '',
    toDeploymentId: deployment.id,
    jobStatus: 'pending',
    requestedAt: nowIn(state),
    type,
    ahead: ['in-progress', 'succeeded'],
  }
  if (type === 'rollback') return { status: 201 }
  return { status: state.isRolling ? 202 : 201 }
}

function rollbackFault(state: VercelState, project: FakeProject, deployment: FakeDeployment): FakeAnswer | null {
  if (deployment.readyState !== 'READY') return refused(422, 'unprocessable', 'The deployment is not ready')
  if (state.plan === 'pro') return null
  const earlier = [...state.deployments.values()].filter(
    each => each.projectId === project.id && each.readySubstate === 'PROMOTED' && each.id !== project.production,
  )
  const former = earlier.at(-1)
  return former?.id === deployment.id
    ? null
    : refused(402, 'payment_required', 'To roll back further than the previous production deployment, upgrade to pro')
}
