import type { Member } from '@gantry/core/api'

/** Why somebody can neither leave nor get a lesser role, or null when they can: nobody else could let people in. */
export function whyOwnerStays(member: Pick<Member, 'role'>, people: readonly Pick<Member, 'role'>[]): string | null {
  if (member.role !== 'owner' || people.filter(({ role }) => role === 'owner').length > 1) return null
  return 'The only owner of the project: make somebody else an owner first'
}
