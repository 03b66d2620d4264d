import type { StepOutcome } from '@gantry/core'
import { stepDone, stepFailed } from '../step-outcome.ts'
import { VendorError } from '../vendor/vendor-error.ts'
import { deploy, follow } from './deploy.ts'
import { isUnderWay } from './render-api.ts'
import { type RenderScene, stepIds } from './render-scene.ts'
import { undoDeploy } from './roll-back.ts'

/** Before anything is made: the service whose settings the preview has runs an image, for Render makes no other previews. */
export async function checkPreview({ api, previewOf, serviceAtRender }: RenderScene): Promise<StepOutcome> {
  if (previewOf === null) return stepFailed('it is none of a pull request')
  const base = await api.service(previewOf)
  if (!base.imagePath) return stepFailed(`the service ${base.name} builds its commits, and Render previews images only`)
  const there = await api.named(serviceAtRender)
  const deploys = there ? await api.newest(there.id) : []
  const before = deploys.find(({ status }) => status === 'live')?.id ?? null
  return stepDone(`${base.name} is there`, { baseId: base.id, before, newest: deploys[0]?.id ?? null })
}

/** Makes the preview, once: it is known by its name. One that is there gets the next image as any service does. */
export async function deployPreview(scene: RenderScene): Promise<StepOutcome> {
  const { api, context, facts, serviceAtRender, wanted, previewOf } = scene
  if (!('imageUrl' in wanted) || previewOf === null) return stepFailed('Render previews images only')
  const missing = facts.settings.previewEnv.find(name => !context.env[name])
  if (missing !== undefined) return stepFailed(`the job of ${facts.environment} has no ${missing}`)
  const there = await api.named(serviceAtRender)
  const made = there ? { serviceId: there.id, deployId: null } : await make(scene, previewOf, wanted.imageUrl)
  const isChanged = await giveEnv(scene, made.serviceId)
  if (there || isChanged) return deploy(scene)
  const deployId = made.deployId ?? (await api.newest(made.serviceId))[0]?.id
  if (deployId === undefined) return stepFailed(`Render deploys nothing to ${serviceAtRender}`)
  const answer = context.answers(stepIds(facts.service).deploy)?.['deployId']
  await context.progress('the preview is made at Render', { deployId: typeof answer === 'string' ? answer : deployId })
  return follow(scene, made.serviceId, deployId)
}

async function make({ api, context, serviceAtRender }: RenderScene, previewOf: string, imagePath: string) {
  const base = await api.service(previewOf)
  return api.preview(base.id, { imagePath, name: serviceAtRender }).catch(async cause => {
    if (!(cause instanceof VendorError) || cause.fault.done !== 'unknown') throw cause
    context.log(`${cause.message}; looking whether it was made all the same`)
    const there = await api.named(serviceAtRender)
    if (!there) throw cause
    return { serviceId: there.id, deployId: null }
  })
}

/**
 * What is the preview's own in the place of what the other service has. Render deploys a preview with its making: what was begun
 * without it is cancelled first, so that it is not taken for a deploy of this plan. Answers whether anything was another.
 */
async function giveEnv({ api, context, facts }: RenderScene, serviceId: string): Promise<boolean> {
  const { previewEnv } = facts.settings
  if (previewEnv.length === 0) return false
  const before = await api.env(serviceId)
  const others = previewEnv.filter(name => before[name] !== context.env[name])
  if (others.length === 0) return false
  for (const each of await api.newest(serviceId)) if (isUnderWay(each)) await api.cancel(serviceId, each.id)
  for (const name of others) await api.setEnv(serviceId, name, context.env[name] ?? '')
  return true
}

/** One that was never made is nothing to take back. */
export async function undoPreview(scene: RenderScene): Promise<StepOutcome> {
  const there = await scene.api.named(scene.serviceAtRender)
  return there ? undoDeploy(scene) : stepDone('nothing was made')
}

/** Deletes the service of the pull request, which is known by its name. */
export async function removePreview({ api, serviceAtRender, previewOf }: RenderScene): Promise<StepOutcome> {
  if (previewOf === null) return stepFailed('it is none of a pull request')
  const there = await api.named(serviceAtRender)
  if (!there) return stepDone(`there is no ${serviceAtRender}`)
  await api.remove(there.id)
  return stepDone(`${serviceAtRender} is deleted`)
}
