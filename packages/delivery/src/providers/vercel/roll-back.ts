import type { StepOutcome } from '@gantry/core'
import { stepDone, stepFailed } from '../step-outcome.ts'
import { VendorError } from '../vendor/vendor-error.ts'
import { moveProduction, pointAlias, serves, stagedIn } from './promote.ts'
import { findAttempt, isEnded } from './stage.ts'
import { type Deployment, isOwn } from './vercel-api.ts'
import { ownMeta, stepIds, type VercelScene } from './vercel-scene.ts'

/** Finds the deployment by which this release served here before, and says whether it can serve again. */
export async function findFormer(scene: VercelScene): Promise<StepOutcome> {
  const found = await restorable(scene)
  if (!found.can) return stepFailed(found.why)
  const { id, url } = found.deployment
  return stepDone(`${url} is still there`, { deploymentId: id, url, writers: [id] })
}

type Restorable = { can: true; deployment: Deployment } | { can: false; why: string }

export async function restorable(scene: VercelScene): Promise<Restorable> {
  const { api, alias } = scene
  const project = await api.project()
  const known = servedBefore(scene)
  const deployment = known === null ? await newestOwn(scene, project.id) : await existing(scene, known)
  if (deployment === null)
    return { can: false, why: `Vercel no longer has the deployment of this release${known ? ` (${known})` : ''}` }
  const { id, projectId, target, readyState } = deployment
  if (projectId !== undefined && projectId !== project.id)
    return { can: false, why: `${id} is of another project (${projectId})` }
  if (alias === null && target !== 'production') return { can: false, why: `${id} was not built for production` }
  return readyState === 'READY' ? { can: true, deployment } : { can: false, why: `${id} is ${readyState} at Vercel` }
}

/** The deployment of this release that served this environment last, as the steps of then say. */
function servedBefore({ facts }: VercelScene): string | null {
  const ids = stepIds(facts.service)
  const here = facts.earlier.filter(({ environment }) => environment === facts.environment)
  const answered = here.flatMap(({ answers }) => [answers[ids.stage], answers[ids.find]])
  const id = answered.find(each => typeof each?.['deploymentId'] === 'string')?.['deploymentId']
  return typeof id === 'string' ? id : null
}

const newestOwn = async (scene: VercelScene, projectId: string): Promise<Deployment | null> =>
  (await scene.api.newest(projectId)).find(each => isOwn(each, ownMeta(scene)) && each.readyState === 'READY') ?? null

async function existing({ api }: VercelScene, id: string): Promise<Deployment | null> {
  try {
    return await api.deployment(id)
  } catch (cause) {
    if (cause instanceof VendorError && (cause.fault.status === 404 || cause.fault.status === 410)) return null
    throw cause
  }
}

/** Sends people back to the deployment that was found. */
export async function rollBack(scene: VercelScene): Promise<StepOutcome> {
  const id = stagedIn(scene)
  if (id === null) return stepFailed('the former deployment was not found')
  return backTo(scene, id)
}

async function backTo(scene: VercelScene, id: string): Promise<StepOutcome> {
  const { api, alias } = scene
  if (alias !== null) return pointAlias(scene, { id }, alias)
  const project = await api.project()
  const outcome = await moveProduction(scene, project, id, 'rollback')
  await restoreAutoAssign(scene, project.autoAssignCustomDomains)
  return outcome
}

/** Vercel switches off, with a rollback, that builds of the main branch get the domains; it is as it was again. */
async function restoreAutoAssign(scene: VercelScene, now: boolean): Promise<void> {
  const { api, context, facts } = scene
  const wanted = context.answers(stepIds(facts.service).switch)?.['autoAssign'] ?? now
  const project = await api.project()
  if (wanted === true && !project.autoAssignCustomDomains) await api.setAutoAssign(project.id, true)
}

/** Takes the switch back: to the deployment that served when it began. */
export async function undoSwitch(scene: VercelScene): Promise<StepOutcome> {
  const { api, facts, context, alias } = scene
  const before = context.answers(stepIds(facts.service).switch)?.['before']
  if (before === null) return stepDone('nothing served before: there is nothing to go back to')
  if (typeof before !== 'string') return stepDone('nothing was switched')
  if (alias !== null) return pointAlias(scene, { id: before }, alias)
  const project = await api.project()
  if (serves(project, before)) return stepDone('the former deployment serves')
  return backTo(scene, before)
}

/** Ends a build that nobody waits for any more. A deployment that is ready stays: nobody meets it, and it proves what was tried. */
export async function undoStage(scene: VercelScene): Promise<StepOutcome> {
  const deployment = await stagedOrFound(scene)
  if (deployment === null) return stepDone('nothing was staged')
  const { id } = deployment
  if (isEnded(deployment)) return stepDone(`${id} stays, unused`)
  await scene.api.cancel(id)
  return stepDone(`${id} was cancelled`)
}

/** A process that died between the request and its answer knows no id: the metadata does. */
async function stagedOrFound(scene: VercelScene): Promise<Deployment | null> {
  const id = stagedIn(scene)
  return id === null ? findAttempt(scene, await scene.api.project()) : existing(scene, id)
}
