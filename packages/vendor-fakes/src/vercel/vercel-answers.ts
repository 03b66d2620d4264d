import type { FakeDeployment, FakeProject, VercelState } from './vercel-state.ts'

/** A deployment as `GET /v13/deployments/{id}` answers it to its owner: everything that @vercel/sdk requires. */
export const deploymentAnswer = (state: VercelState, deployment: FakeDeployment): object => ({
  id: deployment.id,
  url: deployment.url,
  name: deployment.name,
  projectId: deployment.projectId,
  ownerId: ownerOf(state, deployment),
  team: { id: ownerOf(state, deployment), name: 'Fake', slug: 'fake' },
  target: deployment.target,
  readyState: deployment.readyState,
  status: deployment.readyState,
  ...(deployment.readySubstate && { readySubstate: deployment.readySubstate }),
  ...(deployment.error && { errorCode: deployment.error.code, errorMessage: deployment.error.message }),
  meta: deployment.meta,
  createdAt: deployment.createdAt,
  bootedAt: deployment.createdAt,
  buildingAt: deployment.createdAt,
  buildSkipped: false,
  aliasAssigned: deployment.readyState === 'READY',
  aliasError: null,
  alias: [...state.aliases].filter(([, id]) => id === deployment.id).map(([alias]) => alias),
  inspectorUrl: `https://vercel.com/fake/${deployment.name}/${deployment.id}`,
  creator: { uid: 'user_fake', username: 'fake' },
  build: { env: [] },
  env: [],
  isInConcurrentBuildsQueue: false,
  isInSystemBuildsQueue: false,
  projectSettings: {},
  public: false,
  type: 'LAMBDAS',
  regions: ['iad1'],
  version: 2,
  plan: state.plan,
  createdIn: 'sfo1',
  routes: null,
})

export const listedDeployment = (deployment: FakeDeployment): object => ({
  uid: deployment.id,
  name: deployment.name,
  projectId: deployment.projectId,
  url: deployment.url,
  created: deployment.createdAt,
  createdAt: deployment.createdAt,
  state: deployment.readyState,
  readyState: deployment.readyState,
  ...(deployment.readySubstate && { readySubstate: deployment.readySubstate }),
  target: deployment.target,
  type: 'LAMBDAS',
  creator: { uid: 'user_fake' },
  inspectorUrl: `https://vercel.com/fake/${deployment.name}/${deployment.id}`,
  meta: deployment.meta,
  isRollbackCandidate: deployment.readySubstate === 'PROMOTED',
})

/** @param withRequest whether it was asked for, as Vercel's CLI asks */
export function projectAnswer(state: VercelState, project: FakeProject, withRequest = false): object {
  const production = project.production === null ? null : state.deployments.get(project.production)
  return {
    id: project.id,
    name: project.name,
    accountId: project.accountId,
    autoAssignCustomDomains: project.autoAssignCustomDomains,
    alias: [],
    deploymentExpiration: {},
    directoryListing: false,
    nodeVersion: '24.x',
    resourceConfig,
    defaultResourceConfig: resourceConfig,
    framework: null,
    createdAt: 0,
    updatedAt: 0,
    targets: production ? { production: targetAnswer(production, project) } : {},
    ...(withRequest && { lastAliasRequest: project.lastAliasRequest && withoutFuture(project.lastAliasRequest) }),
    rollingRelease: null,
  }
}

const targetAnswer = (deployment: FakeDeployment, project: FakeProject): object => ({
  id: deployment.id,
  name: deployment.name,
  url: deployment.url,
  alias: project.domains,
  createdAt: deployment.createdAt,
  createdIn: 'sfo1',
  creator: { email: 'fake@example.com', uid: 'user_fake', username: 'fake' },
  deploymentHostname: deployment.url,
  forced: false,
  meta: deployment.meta,
  plan: 'pro',
  private: false,
  readyState: deployment.readyState,
  ...(deployment.readySubstate && { readySubstate: deployment.readySubstate }),
  target: 'production',
  teamId: project.accountId,
  type: 'LAMBDAS',
  userId: 'user_fake',
})

const resourceConfig = { functionDefaultRegions: ['iad1'] }

const withoutFuture = ({ ahead: _, ...request }: NonNullable<FakeProject['lastAliasRequest']>) => request

const ownerOf = ({ projects }: VercelState, { projectId }: FakeDeployment): string =>
  projects.get(projectId)?.accountId ?? 'team_fake'
