import { GantryError, type Project, type Release, type Store } from '@gantry/core'

/** So many characters are enough to name a release. */
const leastCharacters = 4
const releasesLookedAt = 200

/** The release somebody names by its id, or by its beginning. @throws GantryError NOT_FOUND, BAD_REQUEST when several begin so */
export async function releaseMeant(
  id: string,
  { store, stored }: { store: Pick<Store, 'releases'>; stored: Pick<Project, 'name'> },
): Promise<Release> {
  const known = await store.releases.get(stored.name, id)
  if (known) return known
  const isPart = id.length >= leastCharacters && id.length < 40
  const listed = isPart ? await store.releases.list(stored.name, releasesLookedAt) : []
  const [release, ...others] = listed.filter(each => each.id.startsWith(id))
  if (!release) throw new GantryError('NOT_FOUND', `no release ${id}`)
  if (others.length === 0) return release
  throw new GantryError('BAD_REQUEST', `${others.length + 1} releases begin with ${id}: say more of it`)
}
