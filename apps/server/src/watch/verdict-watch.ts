import {
  type Deployment,
  GantryError,
  isCompared,
  judgeRelease,
  type Store,
  shortSha,
  type Verdict,
} from '@gantry/core'
import { durationMs, type EnvironmentConfig } from '@gantry/core/config'
import type { ProjectLive } from '../live/project-live.ts'
import type { DeploymentDesk } from '../release/deployment-desk.ts'
import type { ComparedTraffic } from './compared-traffic.ts'
import type { IncidentDesk } from './incident-desk.ts'

export interface VerdictWatchParts {
  store: Pick<Store, 'deployments'>
  traffic: ComparedTraffic
  live: ProjectLive
  incidents: Pick<IncidentDesk, 'show' | 'rollbackEnded'>
  deployments: Pick<DeploymentDesk, 'rollBack'>
  now(): Date
}

/**
 * Judges the release that is live in an environment against the one before, until there is a verdict. `worse` opens
 * an incident and puts the former release back. A rollback is never judged: there is nothing better to go back to.
 * Verdict and answer are stored apart: a server that dies between them answers when it is back. Answers when it has to be
 * looked at again though no traffic comes and nothing else goes live; null: never.
 */
export async function watchVerdict(
  project: string,
  environment: string,
  settings: EnvironmentConfig['verdict'],
  parts: VerdictWatchParts,
): Promise<Date | null> {
  const deployment = await parts.store.deployments.live(project, environment)
  if (!deployment) return null
  const judged = isToBeJudged(deployment) ? await judge(deployment, settings, parts) : deployment
  // Something else changed it at this moment: it is looked at as it is now.
  if (!judged) return soon(parts)
  const { verdict } = judged
  if (verdict?.state === 'watching') return new Date(Date.parse(wentLive(judged)) + durationMs(settings.within))
  if (verdict?.state !== 'worse' || judged.answered) return null
  return (await answer(judged, verdict, settings, parts)) ? null : soon(parts)
}

const againMs = 1_000
const soon = ({ now }: VerdictWatchParts): Date => new Date(now().getTime() + againMs)
const wentLive = ({ liveAt, createdAt }: Deployment): string => liveAt ?? createdAt

const isToBeJudged = (deployment: Deployment): boolean =>
  isCompared(deployment) && (deployment.verdict === null || deployment.verdict.state === 'watching')

/** The deployment with its verdict of this moment; null when something else changed it meanwhile. */
async function judge(
  deployment: Deployment,
  settings: EnvironmentConfig['verdict'],
  parts: VerdictWatchParts,
): Promise<Deployment | null> {
  const verdict = judgeRelease({
    services: await parts.traffic.of(deployment, parts.now()),
    settings: {
      minimumRequests: settings.minimumRequests,
      falseAlarms: settings.falseAlarms,
      withinMs: durationMs(settings.within),
    },
    liveAt: wentLive(deployment),
    now: parts.now().toISOString(),
  })
  if (JSON.stringify(verdict) === JSON.stringify(deployment.verdict)) return deployment
  return change({ ...deployment, verdict }, parts)
}

/** Tells people, puts the former release back where the config wants it, and remembers that it was done. False: not yet. */
async function answer(
  deployment: Deployment,
  verdict: Verdict,
  settings: EnvironmentConfig['verdict'],
  parts: VerdictWatchParts,
): Promise<boolean> {
  const { project, environment, release, id } = deployment
  await parts.incidents.show({ kind: 'verdict-worse', project, environment, release, deployment: id, verdict })
  const how = settings.rollback
    ? await putBack(deployment, verdict, parts)
    : 'left as it is: the environment says `rollback: false`'
  if (how === null) return false
  const answered = { at: parts.now().toISOString(), how }
  return (await change({ ...deployment, answered }, parts)) !== null
}

/** What was done, in words; null when it is to be tried again. What stands in the way belongs where people look. */
async function putBack(deployment: Deployment, verdict: Verdict, parts: VerdictWatchParts): Promise<string | null> {
  const { project, environment, release } = deployment
  const reason = `verdict worse: ${verdict.summary}`
  try {
    const { release: to } = await parts.deployments.rollBack({ environment, by: 'gantry', reason, runId: null })
    return `rollback to ${shortSha(to)} began`
  } catch (cause) {
    const code = cause instanceof GantryError ? cause.code : null
    if (code === 'DATABASE_UNREACHABLE') throw cause
    // Another deployment is under way: it takes this release away, or it ends and the next look tries again.
    if (code === 'DEPLOY_LOCKED') return null
    const why = cause instanceof Error ? cause.message : String(cause)
    const place = { project, environment, since: wentLive(deployment), endedAt: parts.now().toISOString() }
    await parts.incidents.rollbackEnded(place, { kind: 'not-rolled-back', release, why: `${why}; it still runs` })
    return `not rolled back: ${why}`
  }
}

async function change(deployment: Deployment, { store, live }: VerdictWatchParts): Promise<Deployment | null> {
  try {
    const changed = await store.deployments.update(deployment)
    live.tell({ topic: 'deployment', key: deployment.id })
    live.tell({ topic: 'line', key: deployment.project })
    return changed
  } catch (cause) {
    // Another release took its place at this moment, or a rollback: there is nothing left to judge here.
    if (cause instanceof GantryError && cause.code === 'CONFLICT') return null
    throw cause
  }
}
