import type { StepOutcome } from '@gantry/core'
import { stepDone, stepFailed } from '../../step-outcome.ts'
import type { FlyWork } from '../fly-work.ts'

/** Sets them at the app; machines made from now on wait until their host has this version. Setting them twice changes nothing. */
export async function setSecrets({ api, app, context, settings, facts }: FlyWork): Promise<StepOutcome> {
  const missing = settings.secrets.filter(name => !context.env[name])
  if (missing.length > 0)
    return stepFailed(
      `the job has no ${missing.join(', ')}: set it in the environment ${facts.environment} of the repository and hand it to the job`,
    )
  const values = Object.fromEntries(settings.secrets.map(name => [name, context.env[name] ?? '']))
  const version = await api.setSecrets(values)
  return stepDone(`${settings.secrets.join(', ')} at ${app}`, { version })
}
