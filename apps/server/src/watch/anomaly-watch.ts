import {
  type Alert,
  channelsFor,
  ciPlace,
  type Deployment,
  decideAnomalies,
  type Notice,
  type Project,
  type Runbook,
  type Store,
} from '@gantry/core'
import { AnomaliesConfig, type Config } from '@gantry/core/config'

export interface AnomalyWatchParts {
  store: Pick<Store, 'alerts' | 'metrics' | 'deployments'>
  project(): Promise<Project>
  runbooks(): Promise<Runbook[]>
  now(): Date
  /** Address of the project's screens. */
  pages(): string
  /** Something waits in the outbox. */
  onNotices(): void
}

/** As far back as the figures look by default. */
const looksBackMs = 30 * 86_400_000

/**
 * Tells once of each oddity of CI and deployments, and once that it is over. A notice and no incident: nobody has to
 * respond at night to a slow build, and what a failed deployment breaks has alerts of its own.
 */
export async function watchAnomalies(parts: AnomalyWatchParts): Promise<void> {
  const { store, now } = parts
  const { name, config } = await parts.project()
  if (!config) return
  // A config that an older Gantry stored does not have them.
  const settings = AnomaliesConfig.parse(config.anomalies ?? {})
  const changes = decideAnomalies({
    project: name,
    runs: await store.metrics.since(name, new Date(now().getTime() - looksBackMs).toISOString()),
    deployments: await newestDeployments(name, config, settings.failedDeployments, parts),
    settings,
    open: await store.alerts.open(name),
    now: now().toISOString(),
  })
  if (changes.length === 0) return
  const runbooks = await parts.runbooks()
  for (const alert of changes) {
    const notice = noticeOf(alert, runbooks, parts)
    const notices = channelsFor(alert.severity, config.routes).map(channel => ({ channel, notice }))
    if (await store.alerts.saveAndTell(alert, notices)) parts.onNotices()
  }
}

/** Some more than must fail: what is under way does not count. */
async function newestDeployments(
  project: string,
  { environments }: Config,
  failed: number,
  { store }: AnomalyWatchParts,
): Promise<Deployment[]> {
  const lists = Object.keys(environments).map(environment =>
    store.deployments.list(project, { environment, limit: failed + 10 }),
  )
  return (await Promise.all(lists)).flat()
}

function noticeOf(alert: Alert, runbooks: Runbook[], { now, pages }: AnomalyWatchParts): Notice {
  const { project, severity, summary, environment, service, release, rule } = alert
  const runbook = runbooks.find(({ alerts }) => alerts.includes(rule))
  const isOver = alert.state === 'resolved'
  return {
    kind: isOver ? 'alert-resolved' : 'alert-firing',
    dedupKey: `gantry-${project}-${alert.id}`.slice(0, 255),
    project,
    severity,
    title: isOver ? `Over: ${summary}` : summary,
    environment,
    service,
    release,
    incident: null,
    at: now().toISOString(),
    url: environment === ciPlace || release === null ? `${pages()}/runs/metrics` : `${pages()}/releases/${release}`,
    runbookUrl: runbook ? `${pages()}/runbooks/${runbook.slug}` : null,
    by: null,
  }
}
