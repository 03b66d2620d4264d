import { channelsFor, decideReadiness, type Notice, type Project, type RollbackPlan, type Store } from '@gantry/core'

export interface ReadinessWatchParts {
  store: Pick<Store, 'alerts' | 'deployments'>
  project(): Promise<Project>
  /** What a rollback would do there now. */
  rollbackPlan(environment: string): Promise<RollbackPlan>
  now(): Date
  /** Address of the project's screens. */
  pages(): string
  /** Something waits in the outbox. */
  onNotices(): void
  /** An environment lost its way back, or has one again. */
  onChange(): void
}

/**
 * Looks in each environment whether what was live before could be put back, and tells when it no longer could: before somebody needs
 * it, and not when they press the button.
 */
export async function watchReadiness(parts: ReadinessWatchParts): Promise<void> {
  const { store, now } = parts
  const { name, config } = await parts.project()
  if (!config) return
  const lives = (await store.deployments.allLive(name)).filter(({ environment }) => environment in config.environments)
  const places = []
  for (const live of lives) places.push({ live, plan: await parts.rollbackPlan(live.environment) })
  const open = await store.alerts.open(name)
  const changes = decideReadiness({ project: name, places, open, now: now().toISOString() })
  for (const alert of changes) {
    const { environment, severity, release, summary, id, state } = alert
    const isOver = state === 'resolved'
    const notice: Notice = {
      ...{ kind: isOver ? 'alert-resolved' : 'alert-firing', dedupKey: `gantry-${name}-${id}`.slice(0, 255) },
      ...{ project: name, severity, environment, release, service: null, incident: null, by: null, runbookUrl: null },
      title: isOver ? `Over: ${summary}` : summary,
      at: now().toISOString(),
      url: `${parts.pages()}${release === null ? '' : `/releases/${release}`}`,
    }
    const notices = channelsFor(severity, config.routes).map(channel => ({ channel, notice }))
    if (!(await store.alerts.saveAndTell(alert, notices))) continue
    parts.onNotices()
    parts.onChange()
  }
}
