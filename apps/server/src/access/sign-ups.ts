import { type AccessStore, GantryError, invitationLapse } from '@gantry/core'
import { hashOf } from './access.ts'
import { lapsed } from './invitations.ts'

/** Who may make an account: whoever has an invitation, and one with each. */
export interface SignUps {
  /** @throws GantryError FORBIDDEN when no account may be made for that e-mail with it, EMAIL_TAKEN when there is one */
  check(invitation: string, email: string): Promise<void>
  /** The same, and from now on the invitation is for that account alone. */
  begin(invitation: string, email: string): Promise<void>
}

export interface SignUpParts {
  store: Pick<AccessStore, 'invitation' | 'holdInvitation' | 'whoseEmail'>
  now(): Date
}

export function createSignUps({ store, now }: SignUpParts): SignUps {
  /** The invitation first: who has none is not told which accounts there are. */
  async function check(secret: string, email: string): Promise<void> {
    const at = now().toISOString()
    const invitation = await store.invitation(hashOf(secret))
    if (!invitation) throw forbidden('an account is made by invitation; ask an owner of the project for one')
    if (invitationLapse(invitation, at)) throw forbidden(lapsed(invitation, at).message)
    if (invitation.email !== null && invitation.email !== email.toLowerCase())
      throw forbidden(`the invitation is for ${invitation.email}`)
    if ((await store.whoseEmail(email)) !== null)
      throw new GantryError('EMAIL_TAKEN', `there is an account that has or had the e-mail ${email}`)
  }
  return {
    check,
    async begin(secret, email) {
      await check(secret, email)
      if (await store.holdInvitation(hashOf(secret), email, now().toISOString())) return
      throw forbidden('another account was made with this invitation')
    },
  }
}

const forbidden = (message: string) => new GantryError('FORBIDDEN', message)
