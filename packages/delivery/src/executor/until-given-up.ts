import {
  type Deployment,
  GantryError,
  isPreview,
  type LeaseTimes,
  type StepOrder,
  type StepOutcome,
} from '@gantry/core'
import { stepFailed } from '../providers/step-outcome.ts'
import type { StepClock } from './perform-order.ts'

/** How long jobs are waited for. */
export interface JobTimes extends LeaseTimes {
  /** How often it is looked whether a job is there. */
  lookEveryMs: number
  /** A deployment is begun by the job that carries it out, which asks for its first order at once. */
  attendWithinMs: number
  /** A rollback may be begun by a person or by a verdict: then a workflow is started for it after so long. */
  summonAfterMs: number
  /** So long a workflow that was started may take until its job asks: it waits for a runner first. */
  arriveWithinMs: number
  /** How long a job that asks waits for an answer. */
  askWaitMs: number
}

/** Jobs talk over the internet, and the server may be started anew meanwhile: more patience than between servers. */
export const usualJobTimes: JobTimes = {
  ttlMs: 45_000,
  renewEveryMs: 5_000,
  lookEveryMs: 2_000,
  attendWithinMs: 60_000,
  summonAfterMs: 10_000,
  arriveWithinMs: 900_000,
  askWaitMs: 10_000,
}

/** Whether a job is known to have been there. */
export interface Presence {
  wasSeen: boolean
}

interface Watched {
  deployment: Pick<Deployment, 'project' | 'environment' | 'id' | 'kind'>
  order: StepOrder
  presence: Presence
  isAttended(): Promise<boolean>
  clock: StepClock
  times: JobTimes
  isStopping(project: string): boolean
  summon(deployment: Pick<Deployment, 'project' | 'environment' | 'id'>): Promise<void>
  /** Seen beside the step. */
  onProgress(text: string): Promise<void>
  log(message: string): void
}

/**
 * Ends when nobody carries the order out: the job is gone, or none came. What is to be undone or removed is never given up; a workflow
 * is started for it, again and again until its job is there.
 * @throws GantryError DEPLOY_LOCKED while Gantry stops: the next start hands the order out again
 */
export async function untilGivenUp(watched: Watched, done: AbortSignal): Promise<StepOutcome> {
  const { deployment, order, presence, clock, times, log } = watched
  const isUndone = order.act === 'undo' || deployment.kind === 'removal'
  const mayWait = isUndone || deployment.kind === 'rollback'
  let silentSince = clock.now().getTime()
  let summonedAt: number | null = null
  for (;;) {
    await clock.sleep(times.lookEveryMs, done)
    const now = clock.now().getTime()
    if (await isThere(watched)) {
      presence.wasSeen = true
      silentSince = now
      summonedAt = null
      continue
    }
    if (presence.wasSeen) {
      presence.wasSeen = false
      log(`the job that carried out deployment ${deployment.id} is gone`)
      if (!isUndone) return stepFailed('the job that carried it out is gone')
      silentSince = now - times.summonAfterMs
    }
    if (!mayWait) {
      if (now - silentSince < times.attendWithinMs) continue
      return stepFailed(`no job of ${deployment.environment} came to carry it out`)
    }
    if (now - silentSince < times.summonAfterMs) continue
    if (summonedAt !== null && now - summonedAt < times.arriveWithinMs) continue
    if (summonedAt !== null && !isUndone) return stepFailed(`no job of ${deployment.environment} came to carry it out`)
    summonedAt = now
    await startWorkflow(watched)
  }
}

async function isThere({ isAttended, isStopping, deployment, log }: Watched): Promise<boolean> {
  if (isStopping(deployment.project)) {
    throw new GantryError('DEPLOY_LOCKED', 'Gantry is stopping; the next start goes on with it')
  }
  try {
    return await isAttended()
  } catch (cause) {
    // A database that does not answer says nothing about the job.
    log(`whether a job carries out deployment ${deployment.id} is not known: ${cause}`)
    return true
  }
}

/** The workflow whose job goes on with what another job left. */
export const fileThatCarriesOn = (environment: string): string =>
  isPreview(environment) ? 'preview.yml' : 'rollback.yml'

/** People see beside the step what is waited for, and why it may not come. */
async function startWorkflow({ deployment, summon, onProgress, log }: Watched): Promise<void> {
  const file = fileThatCarriesOn(deployment.environment)
  let said = `waits for the job of ${file}, which was started`
  try {
    await summon(deployment)
  } catch (cause) {
    said = `waits for a job, and ${file} could not be started: ${cause instanceof Error ? cause.message : cause}`
    log(`deployment ${deployment.id} ${said}`)
  }
  await onProgress(said).catch(cause => log(`deployment ${deployment.id} ${said}, which was not stored: ${cause}`))
}
