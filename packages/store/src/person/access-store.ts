import type { AccessStore } from '@gantry/core'
import type { Database } from '../database/opened-database.ts'
import { invitationStore } from './invitation-store.ts'
import { memberStore } from './member-store.ts'
import { peopleStore } from './people-store.ts'
import { sessionStore } from './session-store.ts'
import { signInLinks } from './sign-in-links.ts'
import { tokenStore } from './token-store.ts'

const dayMs = 86_400_000

export function accessStore(database: Database): AccessStore {
  const db = database.kysely
  return {
    ...peopleStore(database),
    ...memberStore(database),
    ...invitationStore(database),
    ...sessionStore(database),
    ...tokenStore(database),
    ...signInLinks(database),
    async prune(now) {
      const aDayAgo = new Date(Date.parse(now) - dayMs).toISOString()
      await db.deleteFrom('gantry.sessions').where('expires_at', '<=', now).execute()
      await db.deleteFrom('gantry.api_tokens').where('expires_at', '<=', now).execute()
      await db.deleteFrom('gantry.sign_in_links').where('expires_at', '<=', aDayAgo).execute()
      await db.deleteFrom('gantry.invitations').where('expires_at', '<=', aDayAgo).execute()
      await db.deleteFrom('gantry.verifications').where('expires_at', '<=', now).execute()
      await db.deleteFrom('gantry.device_codes').where('expires_at', '<=', now).execute()
    },
  }
}
