import type { AccessStore } from '@gantry/core'
import type { Database } from '../database/opened-database.ts'
import { accountColumns, accountOf } from './people-store.ts'

type SignInLinks = Pick<AccessStore, 'addSignInLink' | 'useSignInLink' | 'signInLink'>

export function signInLinks({ kysely: db }: Database): SignInLinks {
  return {
    async addSignInLink(hash, personId, expiresAt) {
      const link = { hash, person_id: personId, expires_at: expiresAt, used_at: null }
      await db.insertInto('gantry.sign_in_links').values(link).execute()
    },
    /** Marking and reading is one statement, so of two browsers that use it at once only one gets in. */
    async useSignInLink(hash, now) {
      const person = await db
        .with('used', cte =>
          cte
            .updateTable('gantry.sign_in_links')
            .set({ used_at: now })
            .where('hash', '=', hash)
            .where('used_at', 'is', null)
            .where('expires_at', '>', now)
            .returningAll(),
        )
        .selectFrom('used')
        .innerJoin('gantry.people', 'gantry.people.id', 'used.person_id')
        .select(accountColumns)
        .executeTakeFirst()
      return person ? accountOf(person) : null
    },
    async signInLink(hash) {
      const link = db.selectFrom('gantry.sign_in_links').select(['expires_at', 'used_at']).where('hash', '=', hash)
      const row = await link.executeTakeFirst()
      return row ? { expiresAt: row.expires_at, usedAt: row.used_at } : null
    },
  }
}
