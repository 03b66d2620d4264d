import type { StepOutcome } from '@gantry/core'
import { isPreview, shortSha } from '@gantry/core'
import { durationMs } from '@gantry/core/config'
import { defineProvider, type PlannedStep } from '../define-provider.ts'
import type { StepContext } from '../step-context.ts'
import { stepDone, stepFailed } from '../step-outcome.ts'
import { tracesOfValues } from '../value-traces.ts'
import { vendorOutcome } from '../vendor/outcome.ts'
import { visit } from '../vendor/visit.ts'
import { check, deploy } from './deploy.ts'
import { checkPreview, deployPreview, removePreview, undoPreview } from './preview.ts'
import { type RenderFacts, type RenderScene, renderScene, stepIds } from './render-scene.ts'
import { findFormer, restorable, rollBack, undoDeploy } from './roll-back.ts'
import { noPreviewOf, render } from './settings.ts'

/** Puts a service on Render, which builds it and sends people there in one act: there is nothing to look at before. */
export const provider = defineProvider(render, {
  kindOf: () => 'render',
  isStateful: () => false,
  migrationsIn: () => null,
  // Variables belong to the service, whatever it runs, and Render keeps no former ones; the former build is started again when it is asked for.
  capabilities: () => ({ runsIn: 'job', keepsFormer: false, artifact: 'vendor', restoresEnv: false, isPages: false }),
  plan: facts => (facts.kind === 'rollback' ? planRollback(facts) : planDeploy(facts)),
  perform: (step, facts, context) => inScene(facts, context, performers[step.kind] ?? unknown(step.kind)),
  undo: (step, facts, context) => inScene(facts, context, step.kind === 'preview' ? undoPreview : undoDeploy),
  async cancel(step, facts, context) {
    if (step.kind !== 'deploy' && step.kind !== 'preview') return
    const scene = renderScene(facts, context)
    const id = context.answers(step.id)?.['deployId']
    if (typeof id === 'string') await scene.api.cancel((await scene.api.service(scene.serviceAtRender)).id, id)
  },
  verify: (facts, context) => inScene(facts, context, verify),
  address: (facts, context) => addressOf(renderScene(facts, context)),
  async live(facts, context) {
    const { api, serviceAtRender } = renderScene(facts, context)
    const service = await api.service(serviceAtRender)
    const live = (await api.newest(service.id)).find(({ status }) => status === 'live')
    if (!live) return { release: null, detail: `${service.name} was never live` }
    // An image says its commit in its tag, where the config puts it there.
    const release = live.commit?.id ?? live.image?.ref?.match(/\b[0-9a-f]{40}\b/)?.[0] ?? null
    return { release, detail: `${live.id} of ${service.name}` }
  },
  async envOf(facts, context) {
    const { api, serviceAtRender } = renderScene(facts, context)
    return tracesOfValues(facts.envSalt, await api.env((await api.service(serviceAtRender)).id))
  },
  async canRestore(facts, context) {
    const found = await restorable(renderScene(facts, context))
    return found.can ? { can: true } : found
  },
  previews: {
    refusal: noPreviewOf,
    removal: ({ service, environment }) => [
      {
        ...{ id: stepIds(service).remove, service, kind: 'remove', phase: 'retire', undoable: false },
        summary: `delete the service of ${service} for ${environment} at Render`,
      },
    ],
  },
})

const inScene = (facts: RenderFacts, context: StepContext, act: (scene: RenderScene) => Promise<StepOutcome>) =>
  vendorOutcome(() => act(renderScene(facts, context)))

const performers: Record<string, (scene: RenderScene) => Promise<StepOutcome>> = {
  check,
  deploy,
  find: findFormer,
  'roll-back': rollBack,
  'check-preview': checkPreview,
  preview: deployPreview,
  remove: removePreview,
}
const unknown = (kind: string) => async () => stepFailed(`Render has no step of the kind ${kind}`)

/** A 409 may be waited for as long as a deploy may take, and then the deploy. */
const limitOf = ({ settings }: RenderFacts): number => 2 * durationMs(settings.timeout) + 300_000

function planDeploy(facts: RenderFacts): PlannedStep[] {
  const { service, release, settings } = facts
  const isPulled = isPreview(facts.environment)
  const ids = stepIds(service)
  const what = `${service} ${shortSha(release.id)}`
  const how =
    settings.image === undefined
      ? `build ${what} at Render and send requests to it`
      : `deploy the image of ${what} to Render`
  return [
    {
      id: ids.check,
      service,
      kind: isPulled ? 'check-preview' : 'check',
      phase: 'prepare',
      undoable: false,
      summary: `see that ${service} is there at Render`,
    },
    {
      ...{ id: ids.deploy, service, phase: 'switch', undoable: true, limitMs: limitOf(facts), summary: how },
      kind: isPulled ? 'preview' : 'deploy',
    },
  ]
}

function planRollback(facts: RenderFacts): PlannedStep[] {
  const { service, release } = facts
  const ids = stepIds(service)
  const what = `${service} ${shortSha(release.id)}`
  return [
    {
      id: ids.find,
      service,
      kind: 'find',
      phase: 'prepare',
      undoable: false,
      summary: `find the deploy of ${what} at Render`,
    },
    {
      ...{ id: ids.deploy, service, kind: 'roll-back', phase: 'switch', undoable: true, limitMs: limitOf(facts) },
      summary: `switch automatic deploys off and roll back to ${what}`,
    },
  ]
}

async function verify(scene: RenderScene): Promise<StepOutcome> {
  const address = await addressOf(scene)
  if (address === null) return stepDone('it has no public address')
  const fault = await visit(scene.context, address, { path: scene.facts.config.health ?? null })
  return fault === '' ? stepDone(`${address} answers`) : stepFailed(`at ${address} ${fault}`)
}

/** A worker or a cron job has none. */
const addressOf = async ({ api, serviceAtRender }: RenderScene): Promise<string | null> =>
  (await api.service(serviceAtRender)).serviceDetails?.url || null
