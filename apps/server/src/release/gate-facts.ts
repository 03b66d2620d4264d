import {
  type GateFacts,
  type Promotion,
  pendingMigrations,
  type Release,
  type RunState,
  type Store,
} from '@gantry/core'

const titlesShown = 5
/** Many: a schedule starts the same files for the same commit again and again. */
const runsLookedAt = 200

/** Gathers what the gates of one promotion are judged by. */
export async function gateFacts(
  promotion: Promotion,
  release: Release,
  asking: RunState | null,
  store: Store,
): Promise<GateFacts> {
  const { project, environment, fromEnvironment } = promotion
  const [runs, target, from, fresh] = await Promise.all([
    store.runs.list(project, { sha: release.sha, limit: runsLookedAt }),
    store.deployments.live(project, environment),
    fromEnvironment ? store.deployments.live(project, fromEnvironment) : null,
    store.issues.list(project, { firstRelease: release.id, state: 'open', limit: titlesShown }),
  ])
  const former = target && (await store.releases.get(project, target.release))
  return {
    release,
    runs,
    asking: asking && { run: asking, jobId: promotion.jobId },
    from:
      fromEnvironment === null
        ? null
        : { environment: fromEnvironment, release: from?.release ?? null, since: from?.liveAt ?? null },
    newIssues: { count: fresh.total, titles: fresh.issues.map(({ title }) => title) },
    pendingMigrations: pendingMigrations(release.migrations, former?.migrations ?? []),
    isFirst: target === null,
  }
}
