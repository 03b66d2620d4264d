import { setTimeout as sleep } from 'node:timers/promises'
import { envNamesIn, parseConfig } from '@gantry/config'
import { type ErrorCode, GantryError, isPreview, isUnfinished, shortSha } from '@gantry/core'
import { Attendance, Deployment, NextOrder } from '@gantry/core/api'
import type { Config } from '@gantry/core/config'
import { artifactReader, bindServices, carryOutOrders, type OrderSource } from '@gantry/delivery'
import * as z from 'zod'
import type { Api } from '../api/api.ts'
import { nothing, one } from '../api/read.ts'
import type { Host } from '../host.ts'
import { maskedBy } from './masked-outcome.ts'

/** A server that is started anew is waited for; what the lease means meanwhile is the control plane's to say. */
const patienceMs = 600_000
const askAgainMs = 1_000

/** Whether this is a job, where the credentials of an environment are: all who run jobs set `CI`. */
export const isInJob = ({ env }: Pick<Host, 'env'>): boolean => env['CI'] === 'true' || env['GITHUB_ACTIONS'] === 'true'

/** Whether steps of it are waiting for a job. */
export const needsJob = ({ state, steps }: Pick<Deployment, 'state' | 'steps'>): boolean =>
  isUnfinished(state) && steps.some(({ runsIn }) => runsIn === 'job')

/** What a job works with. */
export interface JobHost {
  host: Pick<Host, 'env' | 'cwd' | 'now'>
  say(line: string): void
}

/**
 * Takes back here what holds the environment locked, if that is what it waits for: its own job may be gone. Answers what was
 * taken back.
 * @param cause why something could not begin; thrown again when nothing can be done about it here
 */
export async function takeBackFirst(api: Api, cause: unknown, job: JobHost): Promise<Deployment> {
  const id = cause instanceof GantryError && cause.code === 'DEPLOY_LOCKED' ? cause.facts['deployment'] : undefined
  if (!isInJob(job.host) || typeof id !== 'string') throw cause
  const place = `/deployments/${encodeURIComponent(id)}`
  const left = await api.get(place, one(Deployment))
  // It came to its end meanwhile.
  if (!isUnfinished(left.state)) return left
  if (left.undoing === undefined || !needsJob(left)) throw cause
  job.say(`${shortSha(left.release)} is taken back first: ${left.undoing}`)
  await carryOutInJob(api, left, job)
  return api.get(place, one(Deployment))
}

/** Carries out here what the server has no credentials for, until nothing of the deployment is left to do. */
export async function carryOutInJob(
  api: Api,
  deployment: Pick<Deployment, 'id' | 'environment'>,
  { host, say }: JobHost,
): Promise<void> {
  let mask = maskedBy(host.env)
  const { environment } = deployment
  // What a pull request built is no release, and kept apart.
  const artifacts = isPreview(environment) ? `/previews/${environment}/artifacts` : '/artifacts'
  await carryOutOrders({
    source: orderSource(api, deployment, value => mask(value)),
    async bind({ config: given }) {
      const config = parseConfig(given)
      mask = maskedBy(host.env, secretNamesIn(config))
      return bindServices(config)
    },
    surroundings: {
      env: host.env,
      cwd: host.cwd,
      fetch: globalThis.fetch,
      log: line => say(mask(line)),
      artifacts: artifactReader(
        async digest => api.stream(`${artifacts}/${digest}`),
        async digest => api.has(`${artifacts}/${digest}`),
      ),
    },
    clock: { now: host.now, sleep: (ms, signal) => sleep(ms, undefined, { signal }) },
  })
}

const secretNamesIn = (config: Config): string[] =>
  envNamesIn(config).flatMap(({ isSecret, name }) => (isSecret ? [name] : []))

function orderSource(
  api: Api,
  { id, environment }: Pick<Deployment, 'id' | 'environment'>,
  mask: <T>(value: T) => T,
): OrderSource {
  const place = `/deployments/${encodeURIComponent(id)}/steps`
  const asking = <T>(ask: () => Promise<T>) => patiently(ask, performance.now() + patienceMs)
  return {
    attend: () => asking(() => api.post(`${place}/lease`, { environment }, one(Attendance))),
    next: version => asking(() => api.post(`${place}/next`, { environment, version }, one(NextOrder))),
    // Renewals go on by themselves: one that is lost is made up for by the next.
    renew: (version, progress) =>
      api.post(
        `${place}/renewal`,
        { environment, version, ...(progress && { progress: mask(progress) }) },
        one(Renewed),
      ),
    report: (version, name, outcome) =>
      asking(() => api.post(`${place}/outcome`, { environment, version, name, outcome: mask(outcome) }, nothing)),
  }
}

const Renewed = z.object({ name: z.string().nullable() })

const passing: readonly ErrorCode[] = ['SERVER_UNREACHABLE', 'WORK_NOT_TAKEN_UP']

async function patiently<T>(ask: () => Promise<T>, untilMs: number): Promise<T> {
  try {
    return await ask()
  } catch (cause) {
    const isPassing = cause instanceof GantryError && passing.includes(cause.code)
    if (!isPassing || performance.now() > untilMs) throw cause
  }
  await sleep(askAgainMs)
  return patiently(ask, untilMs)
}
