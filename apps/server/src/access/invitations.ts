import { randomUUID } from 'node:crypto'
import {
  type AccessStore,
  type Account,
  GantryError,
  type Invitation,
  invitationLapse,
  isAtLeast,
  type Role,
} from '@gantry/core'
import type { Mailer } from '../mail/mailer.ts'
import { hashOf, newSecret } from './access.ts'
import type { AccessLedger } from './access-ledger.ts'

export interface Invitations {
  /** The link is shown once. It is mailed too when there is an e-mail and a mail server. */
  invite(asked: AskedInvitation): Promise<{ invitation: Invitation; link: string; isMailed: boolean }>
  /** @throws GantryError INVITATION_UNKNOWN */
  lookAt(secret: string): Promise<Invitation>
  /** @throws GantryError INVITATION_UNKNOWN, INVITATION_LAPSED, INVITATION_FOR_ANOTHER */
  accept(secret: string, account: Account): Promise<Invitation>
  revoke(project: string, id: string, actor: string): Promise<void>
}

export interface AskedInvitation {
  project: string
  role: Role
  email: string | null
  days: number
  invitedBy: string
}

export interface InvitationParts {
  store: Pick<AccessStore, 'addInvitation' | 'invitation' | 'useInvitation' | 'revokeInvitation' | 'addMember' | 'role'>
  ledger: AccessLedger
  /** Null: no mail server is configured. */
  mailer: Mailer | null
  url(): string
  now(): Date
}

const dayMs = 86_400_000

export function createInvitations(parts: InvitationParts): Invitations {
  const { store, ledger, mailer, now } = parts
  const at = () => now().toISOString()

  async function lookAt(secret: string): Promise<Invitation> {
    const invitation = await store.invitation(hashOf(secret))
    if (invitation) return invitation
    throw new GantryError('INVITATION_UNKNOWN', 'this is no invitation of this server, or it was revoked')
  }

  return {
    lookAt,
    async invite({ project, role, email, days, invitedBy }) {
      const [id, secret, createdAt] = [randomUUID(), newSecret(), at()]
      const expiresAt = new Date(now().getTime() + days * dayMs).toISOString()
      const kept = { id, project, role, email: email?.toLowerCase() ?? null, invitedBy, createdAt, expiresAt }
      await store.addInvitation({ ...kept, hash: hashOf(secret) })
      const evidence = { id, role, email }
      await ledger.write(project, { actor: invitedBy, action: 'invitation.created', subject: email ?? role, evidence })
      // Behind the #, so that neither a proxy nor a log gets to see it.
      const link = `${parts.url()}/invitation#${secret}`
      const invitation = { ...kept, usedAt: null, usedBy: null }
      const isMailed = mailer !== null && email !== null && (await mailer.send(mailOf(invitation, email, link)))
      return { invitation, link, isMailed }
    },
    async accept(secret, account) {
      const invitation = await lookAt(secret)
      if (invitation.email !== null && invitation.email !== account.email)
        throw new GantryError(
          'INVITATION_FOR_ANOTHER',
          `it is for ${invitation.email}; you are ${account.email ?? account.name}`,
        )
      const used = await store.useInvitation(hashOf(secret), account, at())
      if (!used) throw lapsed(invitation, at())
      const { project, role } = used
      const before = await store.role(project, account.id)
      // Who is more already stays what they are.
      if (before === null || !isAtLeast(before, role)) await store.addMember(project, account.id, role, at())
      const evidence = { id: used.id, person: account.id, role, invitedBy: used.invitedBy }
      await ledger.write(project, { actor: account.name, action: 'invitation.accepted', subject: role, evidence })
      ledger.accessChanged(account.id)
      return used
    },
    async revoke(project, id, actor) {
      const revoked = await store.revokeInvitation(project, id, at())
      if (!revoked) throw new GantryError('NOT_FOUND', `no invitation ${id} that could still be accepted`)
      const subject = revoked.email ?? revoked.role
      await ledger.write(project, { actor, action: 'invitation.revoked', subject, evidence: { id } })
    },
  }
}

export function lapsed(invitation: Invitation, now: string): GantryError {
  const why = {
    used: `this invitation was accepted by ${invitation.usedBy}`,
    expired: `this invitation could be accepted until ${invitation.expiresAt}`,
  }
  const lapse = invitationLapse(invitation, now)
  return new GantryError('INVITATION_LAPSED', lapse ? why[lapse] : 'an account was made with it, which may accept it')
}

const mailOf = ({ project, role, invitedBy, expiresAt }: Invitation, to: string, link: string) => ({
  to,
  subject: `${invitedBy} invites you to ${project}`,
  text: `${invitedBy} invites you to the project ${project} on Gantry, as ${role}.

${link}

The link works once, until ${expiresAt.slice(0, 10)}. Whoever did not expect this mail can leave it.
`,
})
