import type { Store } from '@gantry/core'
import type { ReleaseSummary } from '@gantry/core/api'

/** Releases, newest first, each with how it went where it was put last: also where it failed, and is not any more. */
export async function releaseList(
  project: string,
  limit: number,
  { releases, deployments }: Pick<Store, 'releases' | 'deployments'>,
): Promise<ReleaseSummary[]> {
  const listed = await releases.list(project, limit)
  const newest = await deployments.newestOf(
    project,
    listed.map(({ id }) => id),
  )
  const placesOf = Map.groupBy(newest, ({ release }) => release)
  return listed.map(release => ({ ...release, places: placesOf.get(release.id) ?? [] }))
}
