import {
  type Contributors,
  type Incident,
  type Promotion,
  pendingMigrations,
  pushersOf,
  type Release,
  type Store,
} from '@gantry/core'
import type { Brings } from '@gantry/core/api'
import type { Repository } from '../git/repository.ts'
import { envToMeet } from './env-changes.ts'

/** What an approval of the promotion would let into its environment, and what goes on there. */
export async function brought(
  promotion: Promotion,
  release: Release,
  { store, repository }: { store: Store; repository: Repository },
): Promise<Brings> {
  const { project, environment } = promotion
  const { since, shas, contributors } = await partsOf(promotion, { store, repository })
  const [former, changes, open, env] = await Promise.all([
    since === null ? null : store.releases.get(project, since),
    since === null ? [await repository.commit(release.sha)] : repository.between(since, release.sha),
    store.incidents.list(project, { state: 'open', limit: 500 }),
    envToMeet(release, environment, store.deployments),
  ])
  return {
    since,
    commits: shas.length,
    changes,
    migrations: pendingMigrations(release.migrations, former?.migrations ?? []),
    incidents: open.filter(incident => incident.environment === environment).toSorted(gravestFirst),
    env,
    contributors,
  }
}

/** The commits that what is live in its environment does not have, with everybody who wrote or pushed one of them. */
export async function partsOf(
  { project, release, environment }: Pick<Promotion, 'project' | 'release' | 'environment'>,
  {
    store,
    repository,
  }: { store: Pick<Store, 'deployments' | 'runs' | 'github'>; repository: Pick<Repository, 'writtenSince'> },
): Promise<{ since: string | null; shas: string[]; contributors: Contributors }> {
  const live = await store.deployments.live(project, environment)
  const since = live?.release ?? null
  const { shas, wrote } = await repository.writtenSince(since, release)
  const [here, onGitHub] = await Promise.all([store.runs.pushers(project, shas), store.github.pushesOf(project, shas)])
  return { since, shas, contributors: { wrote, pushed: [...here, ...pushersOf(onGitHub, shas)] } }
}

const rank = { critical: 0, warning: 1, info: 2 } as const
const gravestFirst = (a: Incident, b: Incident): number => rank[a.severity] - rank[b.severity]
