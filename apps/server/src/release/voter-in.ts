import type { AccessStore } from '@gantry/core'
import type { Voter } from './weigh-promotion.ts'

/** What somebody who votes, or did, is in a project now. Owners of the server are owners of every project. */
export async function voterIn(
  project: string,
  personId: string,
  access: Pick<AccessStore, 'person' | 'role' | 'knownAs'>,
): Promise<Voter> {
  const [account, member, knownAs] = await Promise.all([
    access.person(personId),
    access.role(project, personId),
    access.knownAs(personId),
  ])
  return { role: account?.isServerOwner ? 'owner' : member, knownAs }
}
