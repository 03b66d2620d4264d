import {
  advanceDeployment,
  type Beginning,
  type Deployment,
  GantryError,
  isUnfinished,
  type Release,
  shortSha,
} from '@gantry/core'
import type { Config } from '@gantry/core/config'
import { carryOut, retireFormer, type Work } from './carry-out.ts'
import type { EnvironmentState, Placed, Started } from './environments.ts'
import { noteEnv, openWork, type Prepared, prepareWork, stepsOf } from './open-work.ts'
import type { Inside } from './parts.ts'

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
    throw locked(environment, underWay.release)
  }
  if (state.live?.release.id === release.id) {
    const live = await inside.parts.store.deployments.live(project, environment)
    if (live?.release === release.id) return { deployment: live, ended: Promise.resolve(live), isNew: false }
    if (state.underWay) return deploy(inside, request)
  }
  const begun = claim(state, { release: release.id, kind }, () => begin(inside, state, request))
  return { ...(await begun), isNew: true }
}

const locked = (environment: string, release: string): GantryError =>
  new GantryError('DEPLOY_LOCKED', `${shortSha(release)} is on its way to ${environment}`, { environment, release })

type Begun = Omit<Started, 'isNew'>

/** Holds the environment from this very moment to the end of the deployment, or to the failure to begin it. */
export function claim(
  state: EnvironmentState,
  what: { release: string; kind: 'deploy' | 'rollback' },
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
  await failAbandoned(inside, state)
  if (state.kept?.release.id !== release.id) await state.retiring
  const placed = { release, config }
  const prepared = await prepareWork(inside, state, placed, kind)
  await requireArtifacts(inside, prepared)
  const deployment = newDeployment(inside, request, prepared)
  await inside.parts.store.deployments.add(deployment, request.beginning)
  inside.parts.onChange(deployment)
  const work = openWork(inside, prepared, deployment)
  return { deployment, ended: follow(inside, state, placed, work) }
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
export async function follow(inside: Inside, state: EnvironmentState, placed: Placed, work: Work): Promise<Deployment> {
  try {
    const ended = await carryOut(work)
    if (ended.state !== 'live') return ended
    const former = state.live
    state.live = placed
    state.kept = ended.kind === 'deploy' && former?.release.id !== placed.release.id ? former : null
    if (work.facts.isKept === false) await noteEnv(inside, work)
    closeRemoved(inside, state, placed)
    state.retiring = retireFormer(work)
      .then(() => stopUnused(inside, state))
      .catch(cause => inside.parts.log(`what is no longer used could not be stopped: ${cause}`))
    return ended
  } catch (cause) {
    // The next start goes on where this ended; nobody may be told it failed.
    if (inside.isStopping(work.facts.project)) return new Promise(() => {})
    throw cause
  }
}

/** A service that is no longer in the config answers 503 from now on. */
function closeRemoved({ machine }: Inside, { project, environment }: EnvironmentState, { config }: Placed): void {
  for (const { place } of machine.proxies.list()) {
    const isHere = place.project === project && place.environment === environment
    if (isHere && !(place.service in config.services)) machine.proxies.get(place)?.point(null)
  }
}

/** Whatever neither serves nor is kept, e.g. of a service that left the config. */
async function stopUnused(
  { machine }: Inside,
  { project, environment, live, kept, underWay }: EnvironmentState,
): Promise<void> {
  const used = [live?.release.id, kept?.release.id, underWay?.release]
  const unused = machine.services
    .list()
    .filter(each => each.project === project && each.environment === environment && !used.includes(each.release))
  for (const service of unused) await machine.services.stop(service)
}

/** Rows nobody works on, e.g. because the database went away meanwhile: this process holds the environment. */
async function failAbandoned({ parts, machine }: Inside, state: EnvironmentState): Promise<void> {
  const { deployments } = parts.store
  const rows = await deployments.unfinished(state.project)
  for (const row of rows.filter(each => each.environment === state.environment && isUnfinished(each.state))) {
    const failure = 'it was left behind unfinished; nothing of it serves'
    parts.onChange(await deployments.update(advanceDeployment(row, { failed: failure }, parts.now().toISOString())))
    if (row.release === state.live?.release.id || row.release === state.kept?.release.id) continue
    const left = machine.services
      .list()
      .filter(each => each.project === state.project && each.environment === state.environment)
      .filter(each => each.release === row.release)
    for (const service of left) await machine.services.stop(service)
  }
}

async function requireArtifacts({ parts }: Inside, { services, facts }: Prepared): Promise<void> {
  if (facts.isKept) return
  const artifacts = parts.artifactsOf(facts.project)
  for (const service of services.filter(each => !each.isStateful)) {
    const artifact = facts.release.artifacts.find(each => each.service === service.name)
    if (artifact && (await artifacts.has(artifact.digest))) continue
    const what = artifact
      ? `the artifact ${artifact.digest} of ${service.name} is not kept here`
      : `${service.name} has no artifact in it`
    throw new GantryError('RELEASE_ARTIFACT_MISSING', `${shortSha(facts.release.id)} cannot be deployed: ${what}`)
  }
}
