import { advanceDeployment, type Deployment, type Release } from '@gantry/core'
import type { Config } from '@gantry/core/config'
import { claim, follow, locked } from './deploy.ts'
import type { EnvironmentState, Started } from './environments.ts'
import { openWork, prepareWork, stepsOf } from './open-work.ts'
import type { Inside } from './parts.ts'

export interface RemovalRequest {
  project: string
  /** Of the newest release that was to be there: it says which services there are. */
  config: Config
  release: Release
  environment: string
  requestedBy: string
  runId?: string | null
  reason: string
}

/**
 * Starts taking away what there is of an environment, and answers at once. A removal that is under way is joined.
 * @throws GantryError DEPLOY_LOCKED while something else is under way there; CONFIG_INVALID
 */
export async function remove(inside: Inside, request: RemovalRequest): Promise<Started> {
  const { project, environment, release } = request
  const state = inside.environments.of(project, environment)
  if (state.underWay) {
    const begun = await state.underWay.begun
    if (begun.deployment.kind === 'removal') return { ...begun, isNew: false }
    throw locked(environment, begun.deployment)
  }
  const begun = claim(state, { release: release.id, kind: 'removal' }, () => begin(inside, state, request))
  return { ...(await begun), isNew: true }
}

async function begin(inside: Inside, state: EnvironmentState, request: RemovalRequest) {
  const { release, config } = request
  await state.retiring
  const placed = { release, config }
  const prepared = await prepareWork(inside, state, placed, 'removal')
  const { deployments } = inside.parts.store
  await endRows(inside, state)
  const deployment = newRemoval(inside, request, stepsOf(prepared))
  await deployments.add(deployment)
  inside.parts.onChange(deployment)
  const work = openWork(inside, prepared, deployment)
  return { deployment, ended: follow(inside, state, { placed, work }) }
}

/** From here on nothing of it is brought back by a start: neither what is live, nor what a process left half-way. */
async function endRows({ parts }: Inside, { project, environment }: EnvironmentState): Promise<void> {
  const { deployments } = parts.store
  const now = parts.now().toISOString()
  const live = await deployments.live(project, environment)
  if (live) parts.onChange(await deployments.update(advanceDeployment(live, 'removed', now)))
  const unfinished = (await deployments.unfinished(project)).filter(each => each.environment === environment)
  for (const each of unfinished)
    parts.onChange(await deployments.update(advanceDeployment(each, { failed: 'its preview is removed' }, now)))
}

const newRemoval = (
  { parts }: Inside,
  { project, environment, release, requestedBy, reason, runId = null }: RemovalRequest,
  steps: Deployment['steps'],
): Deployment => ({
  id: parts.newId(),
  ...{ project, environment, release: release.id, formerRelease: null },
  kind: 'removal',
  state: 'planned',
  ...{ steps, requestedBy, reason, runId },
  createdAt: parts.now().toISOString(),
  liveAt: null,
  finishedAt: null,
  failure: null,
  verdict: null,
  version: 1,
})
