import type { AccessStore } from '@gantry/core'
import { sql } from 'kysely'
import type { Database } from '../database/opened-database.ts'
import { accountColumns, accountOf } from './people-store.ts'

type SignInLinks = Pick<AccessStore, 'addSignInLink' | 'useSignInLink' | 'signInLink'>

export function signInLinks({ kysely: db }: Database): SignInLinks {
  return {
    async addSignInLink({ hash, personId, expiresAt, madeBySession, isForLostPassword }) {
      const link = { hash, person_id: personId, expires_at: expiresAt, used_at: null }
      const why = { made_by_session: madeBySession, is_for_lost_password: isForLostPassword }
      await db
        .insertInto('gantry.sign_in_links')
        .values({ ...link, ...why })
        .execute()
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
            .where(isBacked(now))
            .returningAll(),
        )
        .selectFrom('used')
        .innerJoin('gantry.people', 'gantry.people.id', 'used.person_id')
        .select(['used.is_for_lost_password', ...accountColumns])
        .executeTakeFirst()
      return person ? { person: accountOf(person), isForLostPassword: person.is_for_lost_password } : null
    },
    async signInLink(hash, now) {
      const links = db.selectFrom('gantry.sign_in_links').where('hash', '=', hash)
      const row = await links.select(['expires_at', 'used_at', isBacked(now).as('is_backed')]).executeTakeFirst()
      return row ? { expiresAt: row.expires_at, usedAt: row.used_at, isVoid: !row.is_backed } : null
    },
  }
}

/** Whether the session that made a link still holds, where one did. */
const isBacked = (now: string) => sql<boolean>`(made_by_session is null or exists (
  select from gantry.sessions where id = made_by_session and gantry.sessions.expires_at > ${now}))`
