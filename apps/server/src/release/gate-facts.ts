import {
  CommitChecks,
  type GateFact,
  type GateFacts,
  githubRun,
  isCompared,
  isGitHubRun,
  type Promotion,
  pendingMigrations,
  type Release,
  runHere,
  runThere,
  type Store,
  whyUnasked,
} from '@gantry/core'
import type { ReleaseChecklists } from './release-checklists.ts'

const titlesShown = 5
/** Many: a schedule starts the same files for the same commit again and again. */
const runsLookedAt = 200
/** More than are open in the worst night. */
const incidentsLookedAt = 500

export interface GatheredFrom {
  promotion: Promotion
  release: Release
  store: Pick<Store, 'runs' | 'github' | 'deployments' | 'issues' | 'releases' | 'monitors' | 'incidents'>
  checklists: Pick<ReleaseChecklists, 'of'>
  /** What could come back to an environment if that release were live there. */
  wayBack(release: Release, environment: string): Promise<GateFacts['wayBack']>
}

/** How each fact a gate may ask for is got. */
const gather: { [F in GateFact]: (from: GatheredFrom) => Promise<GateFacts[F]> } = {
  async runs(from) {
    const { promotion, release, store } = from
    const here = await store.runs.list(promotion.project, { sha: release.sha, limit: runsLookedAt })
    return [...here.map(runHere), ...((await checksOf(from))?.runs ?? []).map(runThere)]
  },
  async checks(from) {
    const connection = await from.store.github.connection(from.promotion.project)
    if (!connection || (connection.app === null && !connection.hasToken)) return null
    const known = await checksOf(from)
    if (!known) {
      const problem = whyUnasked(connection)
      return { runs: [], named: null, isRead: false, ...(problem !== null && { problem }) }
    }
    const { readAt: _, named, ...said } = known
    const required = named?.requiredIn[from.promotion.environment]
    return { ...said, named: named && required ? { checks: named.checks, required } : null, isRead: true }
  },
  async asking(from) {
    const { project, runId, jobId } = from.promotion
    if (!isGitHubRun(runId)) {
      const run = await from.store.runs.get(project, runId)
      return run && { run: runHere(run), jobId }
    }
    // Whoever asks says which run it is: it is one of those that GitHub lists for the commit, or none.
    const run = (await checksOf(from))?.runs.find(({ id }) => githubRun(id) === runId)
    return run ? { run: runThere(run), jobId } : null
  },
  async from({ promotion: { project, fromEnvironment }, store }) {
    if (fromEnvironment === null) return null
    const live = await store.deployments.live(project, fromEnvironment)
    const { release, liveAt, verdict } = live ?? { release: null, liveAt: null, verdict: null }
    return {
      ...{ environment: fromEnvironment, release, since: liveAt, verdict },
      isJudged: live !== null && isCompared(live),
    }
  },
  async newIssues({ promotion, release, store }) {
    const fresh = { firstRelease: release.id, state: 'open', limit: titlesShown } as const
    const { total, issues } = await store.issues.list(promotion.project, fresh)
    return { count: total, titles: issues.map(({ title }) => title) }
  },
  async migrations({ promotion: { project, environment }, release, store }) {
    const target = await store.deployments.live(project, environment)
    const former = target && (await store.releases.get(project, target.release))
    return { pending: pendingMigrations(release.migrations, former?.migrations ?? []), isFirst: target === null }
  },
  monitors: ({ promotion, store }) => store.monitors.list(promotion.project),
  incidents: ({ promotion, store }) =>
    store.incidents.list(promotion.project, { state: 'open', limit: incidentsLookedAt }),
  checklist: ({ release, checklists }) => checklists.of(release),
  wayBack: ({ promotion, release, wayBack }) => wayBack(release, promotion.environment),
}

/** What GitHub said of the commit since the promotion was asked for: what it said before may be over. Null: nothing yet. */
async function checksOf({ promotion, release, store }: GatheredFrom): Promise<CommitChecks | null> {
  const [link] = await store.github.links(promotion.project, 'checks', [release.sha])
  const checks = link ? CommitChecks.parse(link.body) : null
  return checks && checks.readAt >= promotion.createdAt ? checks : null
}

/** Gathers what the gates of one promotion ask for, and nothing else. */
export async function gateFacts(asked: ReadonlySet<GateFact>, from: GatheredFrom): Promise<Partial<GateFacts>> {
  const gathered = [...asked].map(async fact => [fact, await gather[fact](from)] as const)
  return Object.fromEntries(await Promise.all(gathered))
}
