import type { StepOutcome } from '@gantry/core'
import * as z from 'zod'
import { stepDone, stepFailed } from '../../step-outcome.ts'
import { traceOf } from '../../value-traces.ts'
import type { FlyFacts, FlyWork } from '../fly-work.ts'

/**
 * Sets them at the app; machines made from now on wait until their host has this version. Setting them twice changes nothing. The
 * traces of the values stay with the release: on the way back they tell which of them the job has again.
 */
export async function setSecrets({ api, app, context, settings, facts }: FlyWork): Promise<StepOutcome> {
  const missing = settings.secrets.filter(name => !context.env[name])
  if (missing.length > 0)
    return stepFailed(
      `the job has no ${missing.join(', ')}: set it in the environment ${facts.environment} of the repository and hand it to the job`,
    )
  const values = valuesOf(settings.secrets, context.env)
  const version = await api.setSecrets(values)
  return stepDone(`${settings.secrets.join(', ')} at ${app}`, { version, traces: tracesOf(values, facts) })
}

/** Noted before they are set: what is set again is found to be as it was. */
const Begun = z.object({ setBack: z.array(z.string()) }).catch({ setBack: [] })

/**
 * On the way back. Secrets are of the app, and Fly gives nobody their former values: what is another now than when this release was
 * live is set again where the job has that very value, and is named where it has not.
 */
export async function setSecretsBack({ api, app, context, facts, settings }: FlyWork): Promise<StepOutcome> {
  const then = thenIn(facts)
  if (then === null) return stepDone(`nobody noted the secrets it had: it gets those that ${app} has now`)
  const now = await secretsNow(api)
  const differing = Object.keys({ ...then.digests, ...now }).filter(name => isOther(then.digests[name], now[name]))
  // A job that died after it had set them finds them as they were: which version machines wait for has to be asked again.
  const begun = Begun.parse(context.answers(`${facts.service}.secrets-back`)).setBack
  if (differing.length === 0 && begun.length === 0) return stepDone(`the secrets of ${app} are those it had`)
  const held = [...new Set([...begun, ...differing])].filter(name => {
    const value = context.env[name]
    const isSet = settings.secrets.includes(name) && value !== undefined && value !== ''
    return isSet && then.traces[name] === traceOf(facts.envSalt, name, value)
  })
  if (held.length > 0) await context.progress(`sets ${held.join(', ')} back`, { setBack: held })
  const version = held.length === 0 ? null : await api.setSecrets(valuesOf(held, context.env))
  const left = differing.filter(name => !held.includes(name))
  return stepDone(told(app, held, left), { version, setBack: held, left })
}

function told(app: string, held: readonly string[], left: readonly string[]): string {
  const back =
    held.length === 0 ? [] : [`${held.join(', ')} at ${app} ${held.length === 1 ? 'is' : 'are'} as then again`]
  const rest =
    left.length === 0
      ? []
      : [`${left.join(', ')} ${left.length === 1 ? 'stays' : 'stay'} as now: Fly.io gives out no former value`]
  return [...back, ...rest].join('; ')
}

/** Tells a digest of Fly's from a trace of Gantry's, in what is noted of a release. */
const digestMark = 'fly:'

/** Secrets of the app, each with Fly's own digest of it; one without a digest is known by its name alone. */
export async function secretsNow(api: Pick<FlyWork['api'], 'secrets'>): Promise<Record<string, string | null>> {
  const all = Object.entries(await api.secrets())
  return Object.fromEntries(all.map(([name, digest]) => [name, digest === null ? null : `${digestMark}${digest}`]))
}

/** One without a digest, now or then, may be the same; one that is there only now or only then is not. */
const isOther = (then: string | null | undefined, now: string | null | undefined): boolean =>
  then === undefined || now === undefined ? then !== now : then !== null && now !== null && then !== now

interface SecretsOfThen {
  /** As Fly gave them when it went live. */
  digests: Record<string, string | null>
  /** Of those the job set. */
  traces: Record<string, string>
}

/** What this release had when it was live in this environment last; null where nobody noted it. */
function thenIn({ earlier, environment, service }: FlyFacts): SecretsOfThen | null {
  const last = earlier.find(each => each.environment === environment && each.env?.[service])
  const noted = last?.env?.[service]
  if (!last || !noted) return null
  const digests = Object.entries(noted).flatMap(([name, trace]) =>
    trace === null || trace.startsWith(digestMark) ? [[name, trace] as const] : [],
  )
  return { digests: Object.fromEntries(digests), traces: Object(last.answers[`${service}.secrets`]?.['traces']) }
}

const valuesOf = (names: readonly string[], env: Readonly<Record<string, string | undefined>>) =>
  Object.fromEntries(names.map(name => [name, env[name] ?? '']))

const tracesOf = (values: Record<string, string>, { envSalt }: FlyFacts): Record<string, string> =>
  Object.fromEntries(Object.entries(values).map(([name, value]) => [name, traceOf(envSalt, name, value)]))
