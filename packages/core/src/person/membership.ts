import * as z from 'zod'
import { Role } from './person.ts'

/** Somebody of a project. */
export const Member = z.object({
  id: z.string(),
  name: z.string(),
  email: z.string().nullable(),
  role: Role,
  since: z.iso.datetime(),
})
export type Member = z.output<typeof Member>

export type MemberChange = 'done' | 'last-owner' | 'unknown'

/** Whether somebody may get another role, or with null leave. A project keeps an owner: nobody else could let people in. */
export function judgeMemberChange(
  members: readonly Pick<Member, 'id' | 'role'>[],
  personId: string,
  role: Role | null,
): MemberChange {
  const member = members.find(({ id }) => id === personId)
  if (!member) return 'unknown'
  const owners = members.filter(one => one.role === 'owner')
  return member.role === 'owner' && role !== 'owner' && owners.length === 1 ? 'last-owner' : 'done'
}
