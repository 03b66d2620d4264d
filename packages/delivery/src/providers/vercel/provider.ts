import type { StepOutcome } from '@gantry/core'
import { isPreview, shortSha } from '@gantry/core'
import { durationMs } from '@gantry/core/config'
import { defineProvider, type PlannedStep } from '../define-provider.ts'
import type { StepContext } from '../step-context.ts'
import { stepDone, stepFailed } from '../step-outcome.ts'
import { vendorOutcome } from '../vendor/outcome.ts'
import { visit } from '../vendor/visit.ts'
import { check } from './check.ts'
import { readEnv } from './env.ts'
import { newestOfPreview, removePreview } from './preview.ts'
import { promote, stagedIn } from './promote.ts'
import { findFormer, restorable, rollBack, undoStage, undoSwitch } from './roll-back.ts'
import { vercel } from './settings.ts'
import { stage } from './stage.ts'
import type { Deployment } from './vercel-api.ts'
import { stepIds, type VercelFacts, type VercelScene, vercelScene } from './vercel-scene.ts'

/** Puts a service on Vercel: staged beside the one that serves, looked at, and promoted without a build. */
export const provider = defineProvider(vercel, {
  kindOf: () => 'vercel',
  isStateful: () => false,
  migrationsIn: () => null,
  // A deployment keeps the variables it was made with, and stays until it is removed.
  capabilities: () => ({ runsIn: 'job', keepsFormer: true, artifact: 'store', restoresEnv: true, isPages: true }),
  plan: facts => (facts.kind === 'rollback' ? planRollback(facts) : planDeploy(facts)),
  perform: (step, facts, context) => inScene(facts, context, scene => performer(step)(scene)),
  undo: (step, facts, context) => inScene(facts, context, scene => undoer(step)(scene)),
  async cancel(step, facts, context) {
    if (step.kind === 'stage') await undoStage(vercelScene(facts, context))
  },
  verify: (facts, context) => inScene(facts, context, verify),
  address: (facts, context) => addressOf(vercelScene(facts, context)),
  async live(facts, context) {
    const deployment = await liveDeployment(vercelScene(facts, context))
    if (deployment === null) return { release: null, detail: 'nothing was promoted yet' }
    const release = deployment.meta['gantryRelease']
    const detail = `${deployment.url} (${deployment.id})`
    return typeof release === 'string'
      ? { release, detail }
      : { release: null, detail: `${detail}, which Gantry did not deploy` }
  },
  envOf: (facts, context) => readEnv(vercelScene(facts, context)),
  async canRestore(facts, context) {
    const found = await restorable(vercelScene(facts, context))
    return found.can ? { can: true } : found
  },
  previews: {
    refusal: () => null,
    removal: ({ service, environment }) => [
      {
        ...{ id: stepIds(service).remove, service, kind: 'remove', phase: 'retire', undoable: false },
        summary: `delete the deployments of ${service} for ${environment} at Vercel`,
      },
    ],
  },
})

const inScene = (facts: VercelFacts, context: StepContext, act: (scene: VercelScene) => Promise<StepOutcome>) =>
  vendorOutcome(() => act(vercelScene(facts, context)))

function planDeploy({ service, release, environment, settings }: VercelFacts): PlannedStep[] {
  const ids = stepIds(service)
  const short = shortSha(release.id)
  const alias = settings.aliases[environment]
  const isPulled = isPreview(environment)
  const limitMs = durationMs(settings.timeout) + aroundMs
  const promotion: PlannedStep = {
    ...{ id: ids.switch, service, kind: 'promote', phase: 'switch', undoable: true },
    summary:
      alias === undefined ? `promote ${service} ${short} to production` : `point ${alias} to ${service} ${short}`,
  }
  return [
    {
      id: ids.check,
      service,
      kind: 'check',
      phase: 'prepare',
      undoable: false,
      summary: `check ${service} ${short} and its project at Vercel`,
    },
    {
      id: ids.stage,
      service,
      kind: 'stage',
      phase: 'start',
      undoable: true,
      limitMs,
      summary: `deploy ${service} ${short} to Vercel without a domain`,
    },
    {
      id: ids.probe,
      service,
      kind: 'probe',
      phase: 'verify',
      undoable: false,
      summary: `ask ${service} ${short} at its own address`,
    },
    // A pull request is met at the address of its own deployment: nobody is led anywhere.
    ...(isPulled ? [] : [promotion]),
  ]
}

/** What is done around a build: uploads, and looking whether a request without an answer was carried out. */
const aroundMs = 600_000

function planRollback({ service, release, environment, settings }: VercelFacts): PlannedStep[] {
  const ids = stepIds(service)
  const short = shortSha(release.id)
  const alias = settings.aliases[environment]
  return [
    {
      id: ids.find,
      service,
      kind: 'find',
      phase: 'prepare',
      undoable: false,
      summary: `find the deployment of ${service} ${short} at Vercel`,
    },
    {
      ...{ id: ids.switch, service, kind: 'roll-back', phase: 'switch', undoable: true },
      summary:
        alias === undefined
          ? `send requests for ${service} back to ${short}`
          : `point ${alias} back to ${service} ${short}`,
    },
  ]
}

type Act = (scene: VercelScene) => Promise<StepOutcome>

const performers: Record<string, Act> = {
  check,
  stage,
  probe,
  promote,
  find: findFormer,
  'roll-back': rollBack,
  remove: removePreview,
}
const performer = ({ kind }: PlannedStep): Act => performers[kind] ?? unknown(kind)

const undoers: Record<string, Act> = { stage: undoStage, promote: undoSwitch, 'roll-back': undoSwitch }
const undoer = ({ kind }: PlannedStep): Act => undoers[kind] ?? unknown(kind)

const unknown =
  (kind: string): Act =>
  async () =>
    stepFailed(`Vercel has no step of the kind ${kind}`)

/** The deployment at its own address, which never changes: nobody else is sent there. */
async function probe(scene: VercelScene): Promise<StepOutcome> {
  const id = stagedIn(scene)
  if (id === null) return stepFailed('no deployment was staged')
  const { url } = await scene.api.deployment(id)
  const fault = await visit(scene.context, `https://${url}`, {
    path: scene.facts.config.health ?? null,
    headers: bypass(scene),
  })
  if (fault === '') return stepDone(`https://${url} answers`)
  const isProtected = fault.endsWith('answered 401')
  const hint =
    'Vercel protects deployments of this project: put its bypass secret for automation into VERCEL_AUTOMATION_BYPASS_SECRET'
  return stepFailed(`at https://${url} ${fault}`, isProtected ? [hint] : [])
}

/** https://vercel.com/docs/deployment-protection/methods-to-bypass-deployment-protection/protection-bypass-automation */
function bypass({ context }: VercelScene): Record<string, string> {
  const secret = context.env['VERCEL_AUTOMATION_BYPASS_SECRET']
  return secret ? { 'x-vercel-protection-bypass': secret } : {}
}

async function verify(scene: VercelScene): Promise<StepOutcome> {
  const address = await addressOf(scene)
  if (address === null) return stepDone('it has no domain')
  const deployment = await liveDeployment(scene)
  if (deployment?.id !== stagedIn(scene))
    return stepFailed(`${address} leads to ${deployment?.id ?? 'nothing'}, not to what was promoted`)
  const fault = await visit(scene.context, address, { path: scene.facts.config.health ?? null, headers: bypass(scene) })
  return fault === '' ? stepDone(`${address} answers`) : stepFailed(`at ${address} ${fault}`)
}

/** A domain of the user's own comes before one of Vercel's. Before its first deployment it is known which will lead there. */
async function addressOf(scene: VercelScene): Promise<string | null> {
  const { api, alias } = scene
  if (scene.isPreview) {
    const deployment = await liveDeployment(scene)
    return deployment && `https://${deployment.url}`
  }
  if (alias !== null) return `https://${alias}`
  const domains = (await api.project()).targets?.production?.alias ?? (await api.domains())
  const domain = domains.find(each => !each.endsWith('.vercel.app')) ?? domains[0]
  return domain === undefined ? null : `https://${domain}`
}

async function liveDeployment(scene: VercelScene): Promise<Deployment | null> {
  const { api, alias } = scene
  if (scene.isPreview) {
    const id = stagedIn(scene)
    return id === null ? newestOfPreview(scene) : api.deployment(id)
  }
  const id = alias === null ? (await api.project()).targets?.production?.id : await api.behind(alias)
  return id ? api.deployment(id) : null
}
