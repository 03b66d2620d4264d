import * as z from 'zod'
import { Role } from './person.ts'

/** A link that lets whoever holds it into a project. What is in the link is shown once; only its hash is stored. */
export const Invitation = z.object({
  id: z.string(),
  project: z.string(),
  role: Role,
  email: z.string().nullable().describe('only who has this e-mail may accept; null: whoever has the link'),
  invitedBy: z.string(),
  createdAt: z.iso.datetime(),
  expiresAt: z.iso.datetime(),
  usedAt: z.iso.datetime().nullable(),
  usedBy: z.string().nullable().describe('name of who accepted'),
})
export type Invitation = z.output<typeof Invitation>

/** Why an invitation cannot be accepted now, or null when it can. */
export function invitationLapse({ usedAt, expiresAt }: Invitation, now: string): 'used' | 'expired' | null {
  if (usedAt !== null) return 'used'
  return expiresAt > now ? null : 'expired'
}
