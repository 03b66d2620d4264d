import type { StepOutcome } from '@gantry/core'
import { stepDone, stepFailed } from '../../step-outcome.ts'
import { VendorError } from '../../vendor/vendor-error.ts'
import type { FlyWork } from '../fly-work.ts'

/** Makes the app of a preview, once: its name is taken by whoever was first. */
export async function makeApp(work: FlyWork): Promise<StepOutcome> {
  const { app, api, settings, context } = work
  const { organization } = settings
  if (organization === undefined) return stepFailed('gantry.config.ts does not say whose apps previews are')
  const before = await api.organization()
  if (before !== null && before !== organization) return stepFailed(`the app ${app} is there, and is of ${before}`)
  if (before === null) {
    await api.make(organization).catch(async cause => {
      // An answer that was lost may stand for an app that is there.
      if (!(cause instanceof VendorError) || cause.fault.done !== 'unknown') throw cause
      context.log(`${cause.message}; looking whether it was made all the same`)
      if ((await api.organization()) !== organization) throw cause
    })
  }
  await api.giveAddress()
  return stepDone(before === null ? `${app} is made` : `${app} is there`)
}

/** Never another one: the name of the app of a preview says its pull request. */
export async function destroyApp({ app, api, facts }: FlyWork): Promise<StepOutcome> {
  if (!app.includes(facts.environment)) return stepFailed(`${app} is not the app of ${facts.environment} alone`)
  return stepDone((await api.destroyApp()) ? `${app} is destroyed` : `there is no app ${app}`)
}
