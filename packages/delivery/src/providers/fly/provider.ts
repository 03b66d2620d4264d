import { isPreview, type StepAnswer, type StepOutcome } from '@gantry/core'
import * as z from 'zod'
import { defineProvider, type PlannedStep } from '../define-provider.ts'
import type { StepContext } from '../step-context.ts'
import { stepDone, stepFailed } from '../step-outcome.ts'
import { vendorOutcome } from '../vendor/outcome.ts'
import { groupOf, isOfApp, type Machine } from './api/machine.ts'
import { machinesApi } from './api/machines-api.ts'
import { sendToFly } from './api/send-to-fly.ts'
import { CannotDeploy } from './cannot-deploy.ts'
import type { FlyFacts, FlyWork } from './fly-work.ts'
import { provideImage } from './image/build-image.ts'
import { type FlyStepKind, planFly, planFlyRemoval } from './plan.ts'
import { appNameIn, type FlySettings, fly, noPreviewOf, publicAddress } from './settings.ts'
import { destroyApp, makeApp } from './steps/app.ts'
import { canRestore, earlierPlan } from './steps/can-restore.ts'
import { readEnv } from './steps/env.ts'
import { awaitHealthy } from './steps/health.ts'
import { LaunchPlan, launchPlan } from './steps/launch-plan.ts'
import { readLive } from './steps/live.ts'
import { cancelReleaseCommand, runReleaseCommand } from './steps/release-command.ts'
import { retireFormer } from './steps/retire.ts'
import { roll, rollBack } from './steps/roll.ts'
import { setSecrets, setSecretsBack } from './steps/secrets.ts'
import { startMachines, undoStart } from './steps/start.ts'
import { switchBack, switchOver } from './steps/switch.ts'
import { verifyPublicly } from './steps/verify.ts'
import { processGroups } from './toml/process-groups.ts'
import { readFromCheckout } from './toml/read-from-checkout.ts'

/** Deploys to an app on Fly.io, from the job that holds its token. */
export const provider = defineProvider(fly, {
  kindOf: () => 'fly',
  isStateful: () => false,
  migrationsIn: () => null,
  capabilities: ({ strategy }) => ({
    runsIn: 'job',
    keepsFormer: strategy === 'bluegreen',
    artifact: 'vendor',
    // Variables are of the machine and come back with it; secrets are of the app, and come back where the job has them still.
    restoresEnv: false,
    isPages: false,
  }),
  plan: planFly,
  perform: (step, facts, context) => acting(facts, context, work => performers[step.kind as FlyStepKind](work, step)),
  undo: (step, facts, context) =>
    acting(facts, context, async work => {
      if (step.kind === 'start') return undoStart(work)
      if (step.kind === 'switch') return switchBack(work)
      return step.kind === 'roll' ? rollBack(work, context.answers(step.id)) : stepDone()
    }),
  async cancel(step, facts, context) {
    // What else may go on is taken back by `undo`; a build ends with the signal.
    if (step.kind === 'release-command')
      await acting(facts, context, async work => stepDone(await cancelReleaseCommand(work).then(() => null)))
  },
  verify: (facts, context) =>
    acting(facts, context, async work => ((await hasAddress(work)) ? verifyPublicly(work) : stepDone())),
  async address(facts, context) {
    const work = openWork(facts, context)
    if (typeof work === 'string' || (await isWorker(work))) return null
    return publicAddress(work.app, facts.environment, work.settings)
  },
  async live(facts, context) {
    const work = openWork(facts, context)
    return typeof work === 'string' ? { release: null, detail: work } : readLive(work)
  },
  async envOf(facts, context) {
    const work = openWork(facts, context)
    return typeof work === 'string' ? {} : readEnv(work)
  },
  async canRestore(facts, context) {
    const work = openWork(facts, context)
    return typeof work === 'string' ? { can: false, why: work } : canRestore(work)
  },
  previews: {
    refusal: noPreviewOf,
    removal: planFlyRemoval,
    address({ environment, settings }) {
      const app = appNameIn(environment, settings)
      return app === null ? null : publicAddress(app, environment, settingsIn(environment, settings))
    },
  },
})

const performers: Record<FlyStepKind, (work: FlyWork, step: PlannedStep) => Promise<StepOutcome>> = {
  image: async work => {
    // A wrong app and an expired token are found before anything is built, and not when there is something to take back.
    await work.api.list()
    return provideImage(work, await readFromCheckout(work))
  },
  secrets: setSecrets,
  'secrets-back': setSecretsBack,
  'release-command': async work => {
    const { toml } = await readFromCheckout(work)
    const [region = toml.primary_region ?? 'iad'] = work.settings.regions
    return runReleaseCommand(work, {
      toml,
      region,
      image: imageIn(work),
      minSecretsVersion: versionIn(work, 'secrets'),
    })
  },
  start: async (work, step) => startMachines(work, step, await planFor(work, step)),
  health: awaitHealthy,
  switch: switchOver,
  roll: async (work, step) => roll(work, await planFor(work, step), work.context.answers(step.id)),
  retire: retireFormer,
  app: makeApp,
  remove: destroyApp,
}

/** What was planned before a crash; on the way back, what the release had when it was live; else what fly.toml says. */
async function planFor(work: FlyWork, step: PlannedStep): Promise<LaunchPlan> {
  const { context, facts } = work
  const stored = LaunchPlan.safeParse(context.answers(step.id)).data
  if (stored) return stored
  if (facts.kind === 'rollback') {
    const earlier = earlierPlan(facts)
    if (earlier === null) throw new CannotDeploy(`nobody noted which machines it had in ${facts.environment}`)
    return { ...earlier, minSecretsVersion: versionIn(work, 'secrets-back') ?? earlier.minSecretsVersion }
  }
  const { toml } = await readFromCheckout(work)
  const machines = await work.api.list()
  const parts = {
    facts,
    toml,
    machines,
    env: openEnv(work),
    image: imageIn(work),
    minSecretsVersion: versionIn(work, 'secrets'),
  }
  const plan = launchPlan(parts)
  const lost = machines.filter(isOfApp).find(machine => !processGroups(toml).includes(groupOf(machine)))
  if (lost) context.log(`${work.app} has machines of ${groupOf(lost)}, which fly.toml has no more: they are retired`)
  return plan
}

/** Which release reports an error or a line is asked of the SDKs by these two. */
const openEnv = ({ facts, context, settings }: FlyWork): Record<string, string> => ({
  SENTRY_RELEASE: facts.release.id,
  SENTRY_ENVIRONMENT: facts.environment,
  ...Object.fromEntries(
    settings.env.flatMap(name => (context.env[name] === undefined ? [] : [[name, context.env[name] ?? '']])),
  ),
})

const answerOf = ({ context, facts }: FlyWork, kind: FlyStepKind): StepAnswer =>
  context.answers(`${facts.service}.${kind}`) ?? {}

const Image = z.looseObject({ image: z.string() })
const Secrets = z.looseObject({ version: z.number().nullable() })

function imageIn(work: FlyWork): string {
  const { data } = Image.safeParse(answerOf(work, 'image'))
  if (!data) throw new CannotDeploy('no image was built before')
  return data.image
}

const versionIn = (work: FlyWork, step: 'secrets' | 'secrets-back'): number | null =>
  Secrets.safeParse(answerOf(work, step)).data?.version ?? null

const takesRequests = ({ config: { services } }: Machine): boolean => Array.isArray(services) && services.length > 0

const hasAddress = async ({ api }: FlyWork): Promise<boolean> =>
  (await api.list()).some(machine => isOfApp(machine) && !machine.cordoned && takesRequests(machine))

/** An app whose machines have no services has nobody who comes by HTTP. One without machines is known by its name already. */
async function isWorker({ api }: FlyWork): Promise<boolean> {
  const machines = (await api.list()).filter(isOfApp)
  return machines.length > 0 && !machines.some(takesRequests)
}

/** One machine is enough to try a pull request, and the host of the others is not its own. */
function settingsIn(environment: string, settings: FlySettings): FlySettings {
  if (!isPreview(environment)) return settings
  const { host: _, ...own } = settings
  return { ...own, machines: 1 }
}

/** In words, where it cannot begin. */
function openWork(facts: FlyFacts, context: StepContext): FlyWork | string {
  const { environment, release } = facts
  const settings = settingsIn(environment, facts.settings)
  const app = appNameIn(environment, settings)
  if (app === null) return `gantry.config.ts names no app for ${environment}: \`app: { ${environment}: '…' }\``
  const token = context.env[settings.tokenEnv]?.trim() ?? ''
  if (token === '')
    return `${settings.tokenEnv} is not set: put the output of \`fly tokens create deploy -a ${app}\` into it and hand it to the job`
  const api = machinesApi(app, sendToFly({ world: context, token, tokenEnv: settings.tokenEnv, app }))
  return { app, api, token, facts, settings, context, leaseName: `gantry ${release.id.slice(0, 12)}` }
}

/** What Fly refuses is said with its request id and what to do. */
async function acting(
  facts: FlyFacts,
  context: StepContext,
  perform: (work: FlyWork) => Promise<StepOutcome>,
): Promise<StepOutcome> {
  const work = openWork(facts, context)
  if (typeof work === 'string') return stepFailed(work)
  try {
    return await vendorOutcome(() => perform(work))
  } catch (cause) {
    if (cause instanceof CannotDeploy) return stepFailed(cause.message)
    throw cause
  }
}
