import { type DeliveryFacts, type DeliveryFigures, deliveryFigures, type Store } from '@gantry/core'
import type { Repository } from '../git/repository.ts'

export interface FiguresParts {
  project: string
  store: Pick<Store, 'deployments' | 'incidents' | 'releases'>
  repository: Pick<Repository, 'between'>
}

/** More than a team makes in the longest time that is asked for. */
const deploymentsLookedAt = 2_000
const incidentsLookedAt = 500
/** git is asked for each; of those before, lead time is not counted. */
const releasesReadInGit = 100

/** Gathers what the figures of delivery are made of: rows of deployments, incidents and releases, and commits. */
export async function figuresOf(
  span: Pick<DeliveryFacts, 'environment' | 'from' | 'to'>,
  { project, store, repository }: FiguresParts,
): Promise<DeliveryFigures> {
  const { environment, from } = span
  const [deployments, incidents] = await Promise.all([
    store.deployments.list(project, { environment, limit: deploymentsLookedAt }),
    store.incidents.list(project, { state: 'all', limit: incidentsLookedAt }),
  ])
  const wentLive = deployments.filter(({ kind, liveAt }) => kind === 'deploy' && liveAt !== null && liveAt >= from)
  const ids = wentLive.flatMap(({ release, formerRelease }) => [release, ...(formerRelease ? [formerRelease] : [])])
  const commitsOf = new Map<string, { sha: string; at: string }[]>()
  for (const { release, formerRelease } of wentLive.slice(0, releasesReadInGit)) {
    const commits = formerRelease && (await repository.between(formerRelease, release).catch(() => null))
    if (commits) commitsOf.set(release, commits)
  }
  const releases = await store.releases.some(project, [...new Set(ids)])
  return deliveryFigures({ ...span, deployments, incidents, releases, commitsOf })
}
