import { type AccessStore, type Contributors, handIn, isAtLeast, type Promotion } from '@gantry/core'
import type { PromotionView } from '@gantry/core/api'

/** Whose yes would count, so that nobody waits for one that cannot come. */
export async function possibleVoters(
  { project, approvalsNeeded, approvalsBy = 'release-manager', allowSelfApproval = false }: Promotion,
  contributors: Contributors,
  access: Pick<AccessStore, 'members' | 'people' | 'knownAs'>,
): Promise<PromotionView['possibleVoters']> {
  if (approvalsNeeded === 0) return []
  const members = (await access.members(project)).filter(({ role }) => isAtLeast(role, approvalsBy))
  const owners = (await access.people()).filter(({ isServerOwner }) => isServerOwner)
  const people = new Map([...owners, ...members].map(({ id, name }) => [id, { id, name }]))
  const voters = [...people.values()].map(async person => {
    const hand = allowSelfApproval ? null : handIn(contributors, person, await access.knownAs(person.id))
    return { ...person, whyNot: hand === null ? null : `${hand} part of it` }
  })
  return (await Promise.all(voters)).toSorted((a, b) => a.name.localeCompare(b.name))
}
