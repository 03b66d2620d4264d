import type { Deployment, Project, Release, Store } from '@gantry/core'
import { durationMs, type KeepConfig } from '@gantry/core/config'

type Stores = Pick<Store, 'releases' | 'deployments' | 'promotions'>

/** Newer ones first; a project makes fewer in any time its releases are kept for. */
const mostReleases = 10_000
/** Deployments of one environment that are looked at to find those it can go back to. */
const mostDeployments = 2_000

/**
 * Releases whose built files somebody may still ask for: the young ones, what is live or under way, what waits for a
 * promotion, and the good releases each environment had last, however old.
 */
export async function neededReleases(
  { name, config }: Project,
  keep: KeepConfig,
  store: Stores,
  now: Date,
): Promise<Release[]> {
  const young = new Date(now.getTime() - durationMs(keep.releases)).toISOString()
  const known = new Map((await store.releases.list(name, mostReleases)).map(release => [release.id, release]))
  const find = async (id: string) => known.get(id) ?? (await store.releases.get(name, id))
  const needed = new Map([...known].filter(([, { createdAt }]) => createdAt >= young))
  const need = async (ids: (string | null)[]) => {
    for (const id of ids) {
      const release = id === null ? null : await find(id)
      if (release) needed.set(release.id, release)
    }
  }
  await need(
    (await store.deployments.unfinished(name)).flatMap(({ release, formerRelease }) => [release, formerRelease]),
  )
  await need((await store.promotions.list(name, { open: true })).map(({ release }) => release))
  for (const environment of Object.keys(config?.environments ?? {})) {
    const history = await store.deployments.list(name, { environment, limit: mostDeployments })
    await need(await lastGood(history, keep.rollbackReleases, find))
    const live = await store.deployments.live(name, environment)
    await need(live ? [live.release, live.formerRelease] : [])
  }
  return [...needed.values()]
}

/** Bad ones do not count: nobody goes back to them. @param history newest first */
async function lastGood(
  history: Deployment[],
  most: number,
  find: (id: string) => Promise<Release | null>,
): Promise<string[]> {
  const good: string[] = []
  for (const id of new Set(history.filter(({ liveAt }) => liveAt !== null).map(({ release }) => release))) {
    if (good.length === most) break
    const release = await find(id)
    if (release && release.badBecause === null) good.push(id)
  }
  return good
}
