import { type Deployment, incidentKey, judgeRelease, type Store } from '@gantry/core'
import { durationMs, type EnvironmentConfig } from '@gantry/core/config'
import type { LiveHub } from '../live/live-hub.ts'
import type { DeploymentDesk } from '../release/deployment-desk.ts'
import type { ComparedTraffic } from './compared-traffic.ts'
import type { IncidentDesk } from './incident-desk.ts'

export interface VerdictWatchParts {
  store: Pick<Store, 'deployments'>
  traffic: ComparedTraffic
  live: LiveHub
  incidents: IncidentDesk
  deployments: DeploymentDesk
  now(): Date
}

/**
 * Judges the release that is live in an environment against the one before, until there is a verdict. `worse` opens
 * an incident and puts the former release back. A rollback is never judged: there is nothing better to go back to.
 */
export async function watchVerdict(
  project: string,
  environment: string,
  settings: EnvironmentConfig['verdict'],
  parts: VerdictWatchParts,
): Promise<void> {
  const deployment = await parts.store.deployments.live(project, environment)
  if (!deployment || !isToBeJudged(deployment)) return
  const verdict = judgeRelease({
    services: await parts.traffic.of(deployment, parts.now()),
    settings: {
      minimumRequests: settings.minimumRequests,
      falseAlarms: settings.falseAlarms,
      withinMs: durationMs(settings.within),
    },
    liveAt: deployment.liveAt ?? deployment.createdAt,
    now: parts.now().toISOString(),
  })
  if (JSON.stringify(verdict) === JSON.stringify(deployment.verdict)) return
  await parts.store.deployments.update({ ...deployment, verdict })
  parts.live.tell({ topic: 'deployment', key: deployment.id })
  parts.live.tell({ topic: 'line', key: project })
  if (verdict.state !== 'worse') return
  await parts.incidents.happened(
    { kind: 'verdict-worse', project, environment, release: deployment.release, deployment: deployment.id, verdict },
    incidentKey(environment),
  )
  if (!settings.rollback) return
  const reason = `verdict worse: ${verdict.summary}`
  await parts.deployments.rollBack({ environment, by: 'gantry', reason, runId: null })
}

const isToBeJudged = ({ kind, formerRelease, verdict }: Deployment): boolean =>
  kind === 'deploy' && formerRelease !== null && (verdict === null || verdict.state === 'watching')
