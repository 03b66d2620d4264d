import { type Deployment, incidentKey, judgeRelease, type ServiceTraffic, type Store, type Traffic } from '@gantry/core'
import { durationMs, type EnvironmentConfig } from '@gantry/core/config'
import type { LiveHub } from '../live/live-hub.ts'
import type { DeploymentDesk } from '../release/deployment-desk.ts'
import type { IncidentDesk } from './incident-desk.ts'

/** How far back the former release's traffic is compared with. */
const baselineMs = 24 * 3_600_000

export interface VerdictWatchParts {
  store: Pick<Store, 'deployments' | 'alerts'>
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
    services: await comparedTraffic(deployment, parts),
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

async function comparedTraffic(deployment: Deployment, { store, now }: VerdictWatchParts): Promise<ServiceTraffic[]> {
  const { project, environment, release, formerRelease, liveAt, createdAt } = deployment
  const switched = liveAt ?? createdAt
  const from = new Date(Date.parse(switched) - baselineMs).toISOString()
  const to = new Date(now().getTime() + 1_000).toISOString()
  const [former, current] = await Promise.all([
    store.alerts.traffic(project, { environment, release: formerRelease ?? '', from, to: switched }),
    store.alerts.traffic(project, { environment, release, from: startOfSecond(switched), to }),
  ])
  const services = new Set([...former, ...current].map(({ service }) => service).filter(service => service !== ''))
  return [...services].map(service => ({ service, former: sum(former, service), current: sum(current, service) }))
}

/** Traffic is counted by the second: without the one it went live in, its first requests would be lost. */
const startOfSecond = (at: string): string => new Date(Math.floor(Date.parse(at) / 1_000) * 1_000).toISOString()

function sum(rows: Traffic[], service: string): ServiceTraffic['former'] {
  const own = rows.filter(row => row.service === service)
  const total = (pick: (row: Traffic) => number) => own.reduce((all, row) => all + pick(row), 0)
  return {
    requests: total(row => row.requests),
    failures: total(row => row.failures),
    errors: total(row => row.errors),
  }
}
