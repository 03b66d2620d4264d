import type { StepOutcome } from '@gantry/core'
import { stepDone, stepFailed } from '../step-outcome.ts'
import { VendorError } from '../vendor/vendor-error.ts'
import { follow } from './deploy.ts'
import { type Deploy, isUnderWay, type Service } from './render-api.ts'
import { isOf, type RenderScene, stepIds } from './render-scene.ts'

type Restorable = { can: true; deploy: Deploy; service: Service } | { can: false; why: string }

/** Whether Render still has the build of this release: it keeps as many as the plan says. */
export async function restorable({ api, facts, wanted, serviceAtRender }: RenderScene): Promise<Restorable> {
  const service = await api.service(serviceAtRender)
  if (service.suspended === 'suspended')
    return { can: false, why: `the service ${service.name} is suspended at Render` }
  const served = (await api.newest(service.id)).filter(({ status }) => status === 'live' || status === 'deactivated')
  const at = served.findIndex(each => isOf(each, wanted))
  const deploy = served[at]
  if (!deploy) return { can: false, why: 'Render has no deploy of this release that was live' }
  const { buildsKept } = facts.settings
  if (at > buildsKept)
    return {
      can: false,
      why: `Render keeps ${buildsKept} builds, and ${at} were made since; deploy the commit again instead`,
    }
  return { can: true, deploy, service }
}

export async function findFormer(scene: RenderScene): Promise<StepOutcome> {
  const found = await restorable(scene)
  if (!found.can) return stepFailed(found.why)
  const before = (await scene.api.newest(found.service.id)).find(({ status }) => status === 'live')?.id ?? null
  return stepDone(`${found.deploy.id} is still there`, {
    serviceId: found.service.id,
    formerDeployId: found.deploy.id,
    before,
  })
}

/** Goes back to the deploy that was found. */
export async function rollBack(scene: RenderScene): Promise<StepOutcome> {
  const id = scene.context.answers(stepIds(scene.facts.service).find)?.['formerDeployId']
  return typeof id === 'string' ? backTo(scene, id) : stepFailed('the former deploy was not found')
}

/** Takes a deploy back: one that is under way is cancelled; where it went live, the one before serves again. */
export async function undoDeploy(scene: RenderScene): Promise<StepOutcome> {
  const { api, context, facts } = scene
  const ids = stepIds(facts.service)
  const service = await api.service(scene.serviceAtRender)
  const deploys = await api.newest(service.id)
  for (const each of deploys.filter(each => isUnderWay(each) && isOf(each, scene.wanted)))
    await api.cancel(service.id, each.id)
  const before = (context.answers(ids.check) ?? context.answers(ids.find))?.['before']
  const isServing = deploys.find(({ status }) => status === 'live')?.id === before
  return typeof before !== 'string' || isServing ? stepDone('the former deploy serves') : backTo(scene, before)
}

/**
 * Automatic deploys are switched off first, or the next push would bring the bad code back: Render's dashboard does that with a
 * rollback, its API does not. They stay off until a person switches them on.
 */
async function backTo(scene: RenderScene, deployId: string): Promise<StepOutcome> {
  const { api } = scene
  const service = await api.service(scene.serviceAtRender)
  if (service.autoDeploy === 'yes') await api.setAutoDeploy(service.id, false)
  const told = service.autoDeploy === 'yes' ? `; automatic deploys of ${service.name} are off now` : ''
  const target = await api.read(service.id, deployId)
  const live = (await api.newest(service.id)).find(({ status }) => status === 'live')
  if (live && isSameBuild(live, target)) return stepDone(`${live.id} is live${told}`, { deployId: live.id })
  const started = await startOnce(scene, service.id, target)
  const outcome = await follow(scene, service.id, started.id)
  return outcome.ok ? { ...outcome, detail: `${outcome.detail}${told}` } : outcome
}

const isSameBuild = (a: Deploy, b: Deploy): boolean => a.commit?.id === b.commit?.id && a.image?.ref === b.image?.ref

/** A rollback that is under way already is not asked for again. */
async function startOnce({ api }: RenderScene, serviceId: string, target: Deploy): Promise<Deploy> {
  const rolling = async () =>
    (await api.newest(serviceId)).find(
      each => each.trigger === 'rollback' && isSameBuild(each, target) && isUnderWay(each),
    )
  const before = await rolling()
  if (before) return before
  try {
    return await api.rollBack(serviceId, target.id)
  } catch (cause) {
    const found = cause instanceof VendorError && cause.fault.done === 'unknown' ? await rolling() : undefined
    if (found) return found
    throw cause
  }
}
