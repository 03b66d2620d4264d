import { GantryError, type Project, type Store } from '@gantry/core'
import type { ReleaseView } from '@gantry/core/api'
import type { Repository } from '../git/repository.ts'
import { summaryOf } from '../run/run-summary.ts'
import type { PromotionDesk } from './promotion-desk.ts'

/** A release with everything known about it; the changes are those since what runs where it waits to go. */
export async function releaseView(
  project: Project,
  id: string,
  { store, repository, desk }: { store: Store; repository: Repository; desk: PromotionDesk },
): Promise<ReleaseView> {
  const { name } = project
  const release = await store.releases.get(name, id)
  if (!release) throw new GantryError('NOT_FOUND', `no release ${id}`)
  const [deployments, promotions, runs, { issues }] = await Promise.all([
    store.deployments.list(name, { release: id, limit: 50 }),
    store.promotions.list(name, { release: id, limit: 20 }),
    store.runs.list(name, { sha: release.sha, limit: 20 }),
    store.issues.list(name, { firstRelease: id, limit: 50 }),
  ])
  const comparedWith = await before(project, id, store)
  const changes = comparedWith
    ? await repository.between(comparedWith, release.sha)
    : [await repository.commit(release.sha)]
  return {
    ...release,
    deployments,
    promotions: await Promise.all(promotions.map(one => desk.shown(one))),
    runs: runs.map(summaryOf),
    issues,
    changes,
    comparedWith,
  }
}

/** What ran in the last environment of the line before this release. */
async function before(project: Project, id: string, store: Store): Promise<string | null> {
  const last = Object.keys(project.config?.environments ?? {}).at(-1)
  if (!last) return null
  const own = (await store.deployments.list(project.name, { environment: last, release: id, limit: 1 }))[0]
  if (own) return own.formerRelease
  const live = await store.deployments.live(project.name, last)
  return live?.release ?? null
}
