import type { StepOutcome } from '@gantry/core'
import { stepDone, stepFailed } from '../../step-outcome.ts'
import { visit } from '../../vendor/visit.ts'
import type { FlyWork } from '../fly-work.ts'
import { publicAddress } from '../settings.ts'

/** The way people take. A name that is new, or a proxy that is late, is given a minute. */
export async function verifyPublicly({ app, settings, facts, context }: FlyWork): Promise<StepOutcome> {
  const address = publicAddress(app, facts.environment, settings)
  const fault = await visit(context, address, { path: facts.config.health ?? null })
  return fault === '' ? stepDone(address) : stepFailed(`${address}: ${fault}`)
}
