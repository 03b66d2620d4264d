/** A deployment as the fake keeps it. */
export interface FakeDeployment {
  id: string
  /** A host name of its own, for ever. */
  url: string
  name: string
  projectId: string
  target: 'production' | null
  /** What is still to come of its build; it moves on by one each time somebody asks. */
  ahead: ReadyState[]
  /** Until then it is built, whoever asks. */
  builtAt: number
  readyState: ReadyState
  readySubstate: 'STAGED' | 'PROMOTED' | null
  error: { code: string; message: string } | null
  meta: Record<string, string>
  files: string[]
  createdAt: number
}

export type ReadyState = 'QUEUED' | 'INITIALIZING' | 'BUILDING' | 'READY' | 'ERROR' | 'CANCELED'

export interface FakeProject {
  id: string
  name: string
  accountId: string
  autoAssignCustomDomains: boolean
  /** Domains of production. */
  domains: string[]
  /** The deployment that production's domains lead to. */
  production: string | null
  lastAliasRequest: AliasRequest | null
  /** Domains that do not move when they should. */
  stuckDomains: string[]
  variables: { key: string; target: ('production' | 'preview' | 'development')[]; updatedAt: number }[]
}

export interface AliasRequest {
  fromDeploymentId: string
  toDeploymentId: string
  jobStatus: 'succeeded' | 'failed' | 'skipped' | 'pending' | 'in-progress'
  requestedAt: number
  type: 'promote' | 'rollback'
  /** States still to come, one for each time somebody asks. */
  ahead: AliasRequest['jobStatus'][]
}

export interface VercelState {
  projects: Map<string, FakeProject>
  deployments: Map<string, FakeDeployment>
  /** SHA-1 of the files that were uploaded. */
  files: Set<string>
  aliases: Map<string, string>
  /** What the next builds go through. */
  build: ReadyState[]
  /** How long they take, by the clock, before they move on at all. */
  buildMs: number
  now(): number
  /** Whether a rolling release is under way: promotions wait behind it. */
  isRolling: boolean
  /** `hobby` goes back to the former deployment only. */
  plan: 'hobby' | 'pro'
  /** Releases whose sites answer 500. */
  ill: Set<string>
  /** Whether deployments ask for a sign-in, at addresses of their own, and what opens them all the same. */
  isProtected: boolean
  bypassSecret: string
  counter: number
  lastMs: number
}

export const freshState = (now: () => number): VercelState => ({
  projects: new Map(),
  deployments: new Map(),
  files: new Set(),
  aliases: new Map(),
  build: ['QUEUED', 'BUILDING', 'READY'],
  buildMs: 0,
  now,
  isRolling: false,
  plan: 'pro',
  ill: new Set(),
  isProtected: false,
  bypassSecret: 'bypass',
  counter: 0,
  lastMs: 0,
})

/** Now, and later than every instant before: what was asked last is told by it. */
export function nowIn(state: VercelState): number {
  state.lastMs = Math.max(state.now(), state.lastMs + 1)
  return state.lastMs
}

/** By id or name, as Vercel takes either. */
export const findProject = ({ projects }: VercelState, idOrName: string): FakeProject | undefined =>
  projects.get(idOrName) ?? [...projects.values()].find(({ name }) => name === idOrName)

export const findDeployment = ({ deployments }: VercelState, idOrUrl: string): FakeDeployment | undefined =>
  deployments.get(idOrUrl) ?? [...deployments.values()].find(({ url }) => url === idOrUrl)

/** Its build moves on by one, once its time is over. */
export function moveOn({ now }: VercelState, deployment: FakeDeployment): void {
  if (deployment.ahead.length > 0 && now() < deployment.builtAt) {
    deployment.readyState = 'BUILDING'
    return
  }
  deployment.readyState = deployment.ahead.shift() ?? deployment.readyState
  if (deployment.readyState === 'ERROR')
    deployment.error ??= { code: 'BUILD_FAILED', message: 'Command "build" exited with 1' }
  if (deployment.readyState === 'READY' && deployment.target === 'production') deployment.readySubstate ??= 'STAGED'
}

/** The work on a project's domains moves on by one. */
export function moveDomains(state: VercelState, project: FakeProject): void {
  const asked = project.lastAliasRequest
  if (!asked || (state.isRolling && asked.type === 'promote')) return
  const next = asked.ahead.shift()
  if (next === undefined) return
  asked.jobStatus = next
  if (next !== 'succeeded') return
  if (project.stuckDomains.length > 0) asked.jobStatus = 'failed'
  serve(state, project, asked.toDeploymentId)
  // Vercel keeps a project that was rolled back from following its builds, until something is promoted.
  project.autoAssignCustomDomains = asked.type === 'promote'
}

/** Production's domains lead to the deployment, except those that are stuck. */
export function serve(state: VercelState, project: FakeProject, id: string): void {
  const moved = project.domains.filter(each => !project.stuckDomains.includes(each))
  for (const domain of moved) state.aliases.set(domain, id)
  if (project.stuckDomains.length > 0) return
  project.production = id
  const deployment = state.deployments.get(id)
  if (deployment) deployment.readySubstate = 'PROMOTED'
}
