import type { StepOutcome } from '@gantry/core'
import { stepDone, stepFailed } from '../step-outcome.ts'
import { poll } from '../vendor/poll.ts'
import { VendorError } from '../vendor/vendor-error.ts'
import { type Deployment, isOwn, type Project } from './vercel-api.ts'
import { ownMeta, stepIds, type VercelScene } from './vercel-scene.ts'

/** Sends people to the staged deployment, without a build. */
export async function promote(scene: VercelScene): Promise<StepOutcome> {
  const id = stagedIn(scene)
  if (id === null) return stepFailed('no deployment was staged')
  const deployment = await scene.api.deployment(id)
  const project = await scene.api.project()
  const refusal = unfit(scene, deployment, project)
  if (refusal) return stepFailed(refusal)
  if (scene.alias !== null) return pointAlias(scene, deployment, scene.alias)
  return moveProduction(scene, project, id, 'promote')
}

/** The deployment that this plan staged, or found again. */
export function stagedIn({ facts, context }: VercelScene): string | null {
  const ids = stepIds(facts.service)
  const id = (context.answers(ids.stage) ?? context.answers(ids.find))?.['deploymentId']
  return typeof id === 'string' ? id : null
}

/** Vercel promotes what it is told to, a preview as well: what is wrong is refused here, before anything is asked. */
function unfit(scene: VercelScene, deployment: Deployment, project: Project): string | null {
  const { facts, alias } = scene
  const { id, projectId, target, readyState } = deployment
  if (projectId !== undefined && projectId !== project.id)
    return `${id} is of the project ${projectId}, not of ${project.name}`
  if (alias === null && target !== 'production') return `${id} was built for ${target ?? 'preview'}, not for production`
  if (!isOwn(deployment, ownMeta(scene)))
    return `${id} is not ${facts.service} ${facts.release.id.slice(0, 7)} for ${facts.environment}, as its metadata says`
  return readyState === 'READY' ? null : `${id} is ${readyState}`
}

export async function pointAlias(
  scene: VercelScene,
  { id }: Pick<Deployment, 'id'>,
  alias: string,
): Promise<StepOutcome> {
  const { api, context } = scene
  const before = await api.behind(alias)
  if (before === id) return stepDone(`${alias} leads to it`)
  await context.progress(`pointing ${alias} to it`, { before: firstBefore(scene) ?? before })
  await api.point(id, alias)
  return stepDone(`${alias} leads to it`, { before: firstBefore(scene) ?? before })
}

/** Who served before this step began, also when it is begun again. */
const firstBefore = ({ facts, context }: VercelScene): unknown =>
  context.answers(stepIds(facts.service).switch)?.['before']

/** Moves production's domains, by promoting or by rolling back, and waits until all have moved. */
export async function moveProduction(
  scene: VercelScene,
  project: Project,
  id: string,
  how: 'promote' | 'rollback',
): Promise<StepOutcome> {
  const { context } = scene
  const before = firstBefore(scene) ?? project.targets?.production?.id ?? null
  const answer = {
    before,
    autoAssign: context.answers(stepIds(scene.facts.service).switch)?.['autoAssign'] ?? project.autoAssignCustomDomains,
  }
  const isUnderWay = project.lastAliasRequest?.toDeploymentId === id && isPending(project.lastAliasRequest.jobStatus)
  if (serves(project, id)) return stepDone('it serves', answer)
  await context.progress(how === 'promote' ? 'moving the domains to it' : 'moving the domains back to it', answer)
  const asked = isUnderWay ? 'asked' : await request(scene, project, id, how)
  if (typeof asked !== 'string') return asked
  const since = isUnderWay ? null : (project.lastAliasRequest?.requestedAt ?? null)
  const waited = await poll(context, scene.timeoutMs, () => domainsMoved(scene, id, since))
  if (waited.state === 'ended') {
    const { fault } = waited.value
    return fault === null ? stepDone('it serves', answer) : { ...stepFailed(fault), answer }
  }
  const why = asked === 'queued' ? 'the promotion waits behind a rolling release' : 'its domains did not move'
  const lines = [
    'see the deployments of the project at Vercel: complete or abort the rolling release there, then try again',
  ]
  return { ok: false, why, afterMs: waited.afterMs, lines, answer }
}

/** Whether all of production leads to it: a move to another one that did not end well leaves some domains there. */
export const serves = ({ targets, lastAliasRequest }: Project, id: string): boolean =>
  targets?.production?.id === id && (!lastAliasRequest || ['succeeded', 'skipped'].includes(lastAliasRequest.jobStatus))

const isPending = (status: string) => status === 'pending' || status === 'in-progress'

async function request(scene: VercelScene, project: Project, id: string, how: 'promote' | 'rollback') {
  const { api, context, facts } = scene
  try {
    if (how === 'rollback') {
      await api.rollBack(project.id, id, `Gantry: back to ${facts.release.id.slice(0, 7)}`)
      return 'asked' as const
    }
    const { isQueued } = await api.promote(project.id, id)
    if (isQueued) await context.progress('queued behind a rolling release of the project')
    return isQueued ? ('queued' as const) : ('asked' as const)
  } catch (cause) {
    if (!(cause instanceof VendorError)) throw cause
    // It may have been accepted all the same, or be asked for already: what the project says decides.
    if (cause.fault.done !== 'unknown' && cause.fault.status !== 409) throw cause
    const { targets, lastAliasRequest } = await api.project()
    if (targets?.production?.id === id || lastAliasRequest?.toDeploymentId === id) return 'asked' as const
    throw cause
  }
}

/** Whether the work on the domains ended, and how; null while it goes on. A request from before is not this one. */
async function domainsMoved(
  { api }: VercelScene,
  id: string,
  since: number | null,
): Promise<{ fault: string | null } | null> {
  const project = await api.project()
  const request = project.lastAliasRequest
  const isOurs = request?.toDeploymentId === id && request.requestedAt !== since
  if (!isOurs || request.jobStatus !== 'failed') return serves(project, id) ? { fault: null } : null
  const stuck = await api.failedAliases(project.id)
  return { fault: `these domains did not move: ${stuck.join(', ') || 'Vercel does not say which'}` }
}
