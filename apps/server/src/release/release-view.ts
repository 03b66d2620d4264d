import { GantryError, isOpenPromotion, type Project, type Promotion, type Release, type Store } from '@gantry/core'
import type { PromotionView, ReleaseView } from '@gantry/core/api'
import type { Repository } from '../git/repository.ts'
import { summaryOf } from '../run/run-summary.ts'
import { brought } from './brings.ts'
import { possibleVoters } from './possible-voters.ts'
import type { PromotionDesk } from './promotion-desk.ts'
import type { ReleaseChecklists } from './release-checklists.ts'

interface ViewParts {
  store: Store
  repository: Repository
  desk: PromotionDesk
  checklists: Pick<ReleaseChecklists, 'of'>
}

/** A release with everything known about it; the changes are those since what runs where it waits to go. */
export async function releaseView(project: Project, id: string, parts: ViewParts): Promise<ReleaseView> {
  const { store, repository } = parts
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
    promotions: await Promise.all(promotions.map(one => viewOf(one, release, parts))),
    runs: runs.map(summaryOf),
    issues,
    changes,
    comparedWith,
    checklist: await parts.checklists.of(release),
  }
}

/** For those that someone may still decide: what their yes would mean. */
async function viewOf(promotion: Promotion, release: Release, parts: ViewParts): Promise<PromotionView> {
  const shown = await parts.desk.shown(promotion)
  if (!isOpenPromotion(promotion.state)) return { ...shown, brings: null, possibleVoters: [] }
  const brings = await brought(promotion, release, parts)
  return { ...shown, brings, possibleVoters: await possibleVoters(shown, brings.contributors, parts.store.access) }
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
