import type { StepOutcome } from '@gantry/core'
import { stepDone, stepFailed } from '../step-outcome.ts'
import { poll } from '../vendor/poll.ts'
import { VendorError } from '../vendor/vendor-error.ts'
import { type Deploy, isUnderWay } from './render-api.ts'
import { isOf, type RenderScene, stepIds } from './render-scene.ts'

/** Before anything is started: the service is there and awake, and what serves now is written down. */
export async function check({ api, context, serviceAtRender, wanted }: RenderScene): Promise<StepOutcome> {
  const service = await api.service(serviceAtRender)
  if (service.suspended === 'suspended') return stepFailed(`the service ${service.name} is suspended at Render`)
  if ('commitId' in wanted && service.imagePath)
    return stepFailed(`the service ${service.name} runs an image (${service.imagePath})`, [
      "say which: image: 'ghcr.io/acme/api:{commit}' in render({ … })",
    ])
  const deploys = await api.newest(service.id)
  const before = deploys.find(({ status }) => status === 'live')?.id ?? null
  context.log(`${service.name} is ${service.id} at Render`)
  const newest = deploys[0]?.id ?? null
  const told = service.autoDeploy === 'yes' ? '; automatic deploys are on: a push reaches it without Gantry' : ''
  return stepDone(`${service.name} is there${told}`, { serviceId: service.id, before, newest })
}

/** Starts the deploy, once, and follows it until it is live. Render builds it, and sends people there by itself. */
export async function deploy(scene: RenderScene): Promise<StepOutcome> {
  const { api, context, facts } = scene
  const service = await api.service(scene.serviceAtRender)
  const known = context.answers(stepIds(facts.service).deploy)?.['deployId']
  const started = typeof known === 'string' ? await api.read(service.id, known) : await startOnce(scene, service.id)
  if ('ok' in started) return started
  await context.progress(`${started.status} at Render`, { deployId: started.id })
  return follow(scene, service.id, started.id)
}

/** A deploy that this plan started before is found again by its commit or image: Render keeps no metadata. */
async function startOnce(scene: RenderScene, serviceId: string): Promise<Deploy | StepOutcome> {
  const { api, context, wanted } = scene
  const found = await startedSince(scene, serviceId)
  if (found) return found
  const busy = await poll(context, scene.timeoutMs, async () => {
    try {
      return { deploy: await api.deploy(serviceId, wanted) }
    } catch (cause) {
      if (!(cause instanceof VendorError)) throw cause
      if (cause.fault.status === 409) await context.progress('waiting: another deploy is under way at Render')
      if (cause.fault.status === 409) return null
      if (cause.fault.done === 'no') throw cause
      context.log(`${cause.message}; looking whether it was started all the same`)
      return { deploy: null }
    }
  })
  if (busy.state === 'timed-out')
    return { ok: false, why: 'another deploy is under way at Render', afterMs: busy.afterMs, lines: [] }
  if (busy.value.deploy) return busy.value.deploy
  const queued = await poll(context, queueMs, () => startedSince(scene, serviceId))
  if (queued.state === 'ended') return queued.value
  return { ok: false, why: 'Render took it into its queue, and did not start it', afterMs: queued.afterMs, lines: [] }
}

/** How long a deploy may wait in Render's queue before it is seen in the list. */
const queueMs = 120_000

/** The deploy of this release that is newer than all that were there when the plan began. */
async function startedSince({ api, context, facts, wanted }: RenderScene, serviceId: string): Promise<Deploy | null> {
  const last = context.answers(stepIds(facts.service).check)?.['newest']
  const deploys = await api.newest(serviceId)
  const at = deploys.findIndex(({ id }) => id === last)
  const since = at === -1 ? deploys : deploys.slice(0, at)
  return since.find(each => isOf(each, wanted) && each.trigger !== 'rollback' && each.status !== 'canceled') ?? null
}

/** Waits until a deploy is live, and cancels it when it takes too long. */
export async function follow(
  { api, context, timeoutMs }: RenderScene,
  serviceId: string,
  deployId: string,
): Promise<StepOutcome> {
  const answer = { deployId }
  let last = ''
  const waited = await poll(context, timeoutMs, async () => {
    const now = await api.read(serviceId, deployId)
    if (now.status !== last) await context.progress(`${spoken(now.status)} at Render`, answer)
    last = now.status
    return isUnderWay(now) ? null : now
  })
  if (waited.state === 'timed-out') {
    await api.cancel(serviceId, deployId).catch(cause => context.log(`${deployId} could not be cancelled: ${cause}`))
    return {
      ok: false,
      why: `it stayed ${spoken(last)}, so it was cancelled`,
      afterMs: waited.afterMs,
      lines: [],
      answer,
    }
  }
  const { status, image } = waited.value
  if (status !== 'live')
    return { ...stepFailed(`Render says ${spoken(status)}`, [`see the log of ${deployId} at Render`]), answer }
  return stepDone(`${deployId} is live`, { ...answer, ...(image?.sha && { imageDigest: image.sha }) })
}

const spoken = (status: string): string => status.replaceAll('_', ' ')
