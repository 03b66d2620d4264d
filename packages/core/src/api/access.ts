import * as z from 'zod'
import { Invitation } from '../person/invitation.ts'
import { Account, JobScope, KnownAs, Role } from '../person/person.ts'
import { TokenScope } from '../person/token-scope.ts'

/** A token of a project as it is listed: what it is for, never what it is. */
export const TokenView = z.object({
  id: z.string(),
  name: z.string(),
  kind: z.enum(['program', 'job']).describe('whom it speaks for'),
  environment: z.string().nullable().describe('of a job; a program names it in its scopes'),
  scopes: z.array(z.union([JobScope, TokenScope])),
  createdBy: z.string().nullable().describe('who made it; null for a job’s'),
  createdAt: z.iso.datetime().nullable(),
  expiresAt: z.iso.datetime(),
  lastUsedAt: z.iso.datetime().nullable().describe('to the minute; null: never'),
})
export type TokenView = z.output<typeof TokenView>

export const NewToken = z.strictObject({
  name: z.string().trim().min(1).max(100).describe('what it is for, to know it again in the list'),
  scopes: z.array(TokenScope).min(1).max(50).describe('what it may do; nothing that only people do'),
  days: z.int().min(1).max(365).default(90),
})
export type NewToken = z.output<typeof NewToken>

/** Made or rotated: the only answer that holds the secret. */
export const MadeToken = z.object({ id: z.string(), token: z.string(), expiresAt: z.iso.datetime() })
export type MadeToken = z.output<typeof MadeToken>

export const SessionView = z.object({
  id: z.string(),
  personId: z.string(),
  person: z.string(),
  kind: z.enum(['browser', 'command']).describe('a browser, or the `gantry` command of a machine'),
  isThis: z.boolean().describe('the one that asks'),
  agent: z.string().nullable().describe('what the browser or the command calls itself'),
  createdAt: z.iso.datetime().nullable(),
  expiresAt: z.iso.datetime(),
})
export type SessionView = z.output<typeof SessionView>

/** Who asks, and the projects they belong to. */
export const Me = z.object({
  person: Account,
  knownAs: KnownAs.describe('names and e-mails one has or had: by them git knows who wrote a commit'),
  kind: z.enum(['person', 'program', 'job']),
  projects: z.array(z.string()).describe('of a token: its one project'),
  roles: z.record(z.string(), Role).describe('in each of the projects; a token has none and is a viewer here'),
})
export type Me = z.output<typeof Me>

export const NewInvitation = z.strictObject({
  role: Role,
  email: z.email().max(200).nullable().default(null).describe('who may accept; null: whoever has the link'),
  days: z.int().min(1).max(30).default(7),
})
export type NewInvitation = z.output<typeof NewInvitation>

/** Made: the only answer that holds the link. */
export const MadeInvitation = z.object({
  invitation: Invitation,
  link: z.string(),
  isMailed: z.boolean().describe('it was sent to the e-mail too'),
})
export type MadeInvitation = z.output<typeof MadeInvitation>

/** What the page of an invitation shows. */
export const InvitationView = Invitation.pick({
  project: true,
  role: true,
  email: true,
  invitedBy: true,
  expiresAt: true,
}).extend({ lapse: z.enum(['used', 'expired']).nullable() })
export type InvitationView = z.output<typeof InvitationView>

export const Profile = Account.extend({ hasSecondFactor: z.boolean(), hasPassword: z.boolean() })
export type Profile = z.output<typeof Profile>

export const ProfileBody = z.strictObject({
  name: z
    .string()
    .trim()
    .regex(/^\P{C}{1,100}$/u, 'expected 1 to 100 signs on one line'),
  email: z.email().max(200).nullable(),
  password: z.string().max(200).optional().describe('the present one, to change the e-mail'),
})

export const SignInWays = z.object({
  providers: z.array(z.object({ id: z.string(), name: z.string() })).describe('besides a password and a passkey'),
})
export type SignInWays = z.output<typeof SignInWays>

export const RoleBody = z.strictObject({ role: Role })
/** What stands in the link of an invitation. */
export const InvitationSecret = z.strictObject({ token: z.string().max(200) })
