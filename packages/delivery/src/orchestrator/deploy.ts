import {
  type Beginning,
  changedServices,
  type Deployment,
  type DeploymentKind,
  GantryError,
  isPreview,
  isUnfinished,
  type Release,
  shortSha,
} from '@gantry/core'
import type { Config } from '@gantry/core/config'
import { carryOut, retireFormer } from './carry-out.ts'
import type { EnvironmentState, Placed, Started } from './environments.ts'
import { openWork, type Prepared, prepareWork, stepsOf } from './open-work.ts'
import type { Inside } from './parts.ts'
import { takeBack } from './take-back.ts'
import type { Work } from './work.ts'

export interface DeployRequest {
  project: string
  config: Config
  release: Release
  environment: string
  requestedBy: string
  runId?: string | null
  kind?: 'deploy' | 'rollback'
  reason?: string | null
  /** Stored together with the deployment's row. */
  beginning?: Beginning
}

/**
 * Starts a deployment and answers at once; `ended` is its end. The same release again joins what is under way, or finds
 * what is live.
 * @throws GantryError DEPLOY_LOCKED while another release is under way there; RELEASE_ARTIFACT_MISSING; CONFIG_INVALID
 */
export async function deploy(inside: Inside, request: DeployRequest): Promise<Started> {
  const { project, environment, release, kind = 'deploy' } = request
  const state = inside.environments.of(project, environment)
  const { underWay } = state
  if (underWay) {
    if (underWay.release === release.id && underWay.kind === kind) return { ...(await underWay.begun), isNew: false }
    const { deployment } = await underWay.begun
    throw locked(environment, deployment)
  }
  if (state.live?.release.id === release.id) {
    const live = await inside.parts.store.deployments.live(project, environment)
    if (live?.release === release.id) return { deployment: live, ended: Promise.resolve(live), isNew: false }
    if (state.underWay) return deploy(inside, request)
  }
  const begun = claim(state, { release: release.id, kind }, () => begin(inside, state, request))
  try {
    return { ...(await begun), isNew: true }
  } catch (cause) {
    if (cause instanceof LeftBehind) throw await takingBack(inside, state, cause.left)
    throw cause
  }
}

/** Holds the environment until it is taken back. */
async function takingBack(inside: Inside, state: EnvironmentState, left: LeftBehind['left']): Promise<GantryError> {
  const { deployment, why } = left
  const { release, kind } = deployment
  if (!state.underWay) {
    const ended = takeBack(inside, state, left)
    void claim(state, { release, kind }, async () => ({ deployment, ended }))
  }
  return locked(state.environment, { ...deployment, undoing: why })
}

export function locked(environment: string, { id, kind, release, undoing }: Deployment): GantryError {
  if (kind === 'removal')
    return new GantryError('DEPLOY_LOCKED', `${environment} is being removed`, { environment, deployment: id })
  const what = undoing === undefined ? `is on its way to ${environment}` : `is being taken back from ${environment}`
  return new GantryError('DEPLOY_LOCKED', `${shortSha(release)} ${what}`, { environment, release, deployment: id })
}

type Begun = Omit<Started, 'isNew'>

/** Holds the environment from this very moment to the end of the deployment, or to the failure to begin it. */
export function claim(
  state: EnvironmentState,
  what: { release: string; kind: DeploymentKind },
  begin: () => Promise<Begun>,
): Promise<Begun> {
  const free = () => {
    state.underWay = null
  }
  const begun = begin()
  state.underWay = { ...what, begun }
  begun.then(({ ended }) => ended.then(free, free), free)
  return begun
}

async function begin(inside: Inside, state: EnvironmentState, request: DeployRequest): Promise<Begun> {
  const { release, config, kind = 'deploy' } = request
  await endAbandoned(inside, state, request)
  if (state.kept?.release.id !== release.id) await state.retiring
  const placed = { release, config }
  const prepared = await prepareWork(inside, state, placed, kind)
  await requireArtifacts(inside, prepared)
  const deployment = newDeployment(inside, request, prepared)
  const services = await servicesChangedBy(inside, prepared)
  const beginning = { ...request.beginning, evidence: { ...request.beginning?.evidence, services } }
  await inside.parts.store.deployments.add(deployment, beginning)
  inside.parts.onChange(deployment)
  const work = openWork(inside, prepared, deployment)
  return { deployment, ended: follow(inside, state, { placed, work }) }
}

/** Of the release that serves now, for the ledger: figures of each service are counted by it. */
async function servicesChangedBy({ parts }: Inside, { services, facts }: Prepared): Promise<string[]> {
  const former = facts.former === null ? null : await parts.store.releases.get(facts.project, facts.former)
  return changedServices(services, facts.release, former)
}

/** What is followed to its end. */
export interface Followed {
  placed: Placed
  work: Work
}

function newDeployment({ parts }: Inside, request: DeployRequest, prepared: Prepared): Deployment {
  return {
    id: parts.newId(),
    project: request.project,
    environment: request.environment,
    release: request.release.id,
    formerRelease: prepared.facts.former,
    kind: request.kind ?? 'deploy',
    state: 'planned',
    steps: stepsOf(prepared),
    requestedBy: request.requestedBy,
    reason: request.reason ?? null,
    runId: request.runId ?? null,
    createdAt: parts.now().toISOString(),
    liveAt: null,
    finishedAt: null,
    failure: null,
    verdict: null,
    version: 1,
  }
}

/** Carries it out and remembers what runs then. Never rejects for a failed deployment: that is an outcome. */
export async function follow(inside: Inside, state: EnvironmentState, { placed, work }: Followed): Promise<Deployment> {
  try {
    const ended = await carryOut(work)
    if (ended.state === 'removed') await forgetAll(inside, state)
    if (ended.state !== 'live') {
      work.close()
      return ended
    }
    const former = state.live
    state.live = placed
    // Nobody goes back in a preview: the former release would take memory for nothing.
    const mayGoBack = ended.kind === 'deploy' && !isPreview(state.environment)
    state.kept = mayGoBack && former?.release.id !== placed.release.id ? former : null
    state.addresses = ended.addresses ?? {}
    for (const host of inside.hosts.values()) host.closeOthers(state, Object.keys(placed.config.services))
    state.retiring = retireFormer(work)
      .then(() => stopUnused(inside, state))
      .catch(cause => inside.parts.log(`what is no longer used could not be stopped: ${cause}`))
      .finally(work.close)
    return ended
  } catch (cause) {
    work.close()
    // The next start goes on where this ended; nobody may be told it failed.
    if (inside.isStopping(state.project)) return new Promise(() => {})
    throw cause
  }
}

/** Also what ran of services that left the config. */
async function forgetAll({ hosts }: Inside, state: EnvironmentState): Promise<void> {
  Object.assign(state, { live: null, kept: null, addresses: {} })
  for (const host of hosts.values()) await host.endOthers(state, [])
}

/** Whatever neither serves nor is kept, e.g. of a service that left the config. */
async function stopUnused({ hosts }: Inside, state: EnvironmentState): Promise<void> {
  const used = [state.live?.release.id, state.kept?.release.id, state.underWay?.release].filter(
    each => each !== undefined,
  )
  for (const host of hosts.values()) await host.endOthers(state, used)
}

/**
 * Rows nobody works on, e.g. because the database went away meanwhile: this process holds the environment.
 * @throws LeftBehind for one whose steps only a job can take back
 */
async function endAbandoned(
  inside: Inside,
  state: EnvironmentState,
  { config, release }: DeployRequest,
): Promise<void> {
  const { deployments, releases } = inside.parts.store
  const rows = await deployments.unfinished(state.project)
  for (const row of rows.filter(each => each.environment === state.environment && isUnfinished(each.state))) {
    const own = row.release === release.id ? release : await releases.get(row.project, row.release)
    // Its own config says where its services are; the one at hand is near enough where that cannot be read.
    const ownConfig = own && (await state.configOf?.(own).catch(() => null))
    const placed = { release: own ?? release, config: ownConfig ?? config }
    const left = { deployment: row, placed, why: leftBehind }
    if (row.steps.some(({ runsIn, status }) => runsIn === 'job' && status !== 'planned')) throw new LeftBehind(left)
    await takeBack(inside, state, left)
    await stopUnused(inside, state)
  }
}

const leftBehind = 'it was left behind unfinished; nothing of it serves'

/** A deployment that has to be taken back by a job, before another one begins. */
class LeftBehind extends Error {
  readonly left: Parameters<typeof takeBack>[2]

  constructor(left: Parameters<typeof takeBack>[2]) {
    super(`deployment ${left.deployment.id} was left behind`)
    this.left = left
  }
}

async function requireArtifacts({ parts }: Inside, { services, facts }: Prepared): Promise<void> {
  if (facts.isKept) return
  const artifacts = parts.artifactsOf(facts.project)
  for (const service of services.filter(each => !each.isStateful && each.artifact === 'store')) {
    const artifact = facts.release.artifacts.find(each => each.service === service.name)
    if (artifact && (await artifacts.has(artifact.digest))) continue
    const what = artifact
      ? `the artifact ${artifact.digest} of ${service.name} is not kept here`
      : `${service.name} has no artifact in it`
    throw new GantryError('RELEASE_ARTIFACT_MISSING', `${shortSha(facts.release.id)} cannot be deployed: ${what}`)
  }
}
