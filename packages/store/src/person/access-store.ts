import type { AccessStore, ApiToken } from '@gantry/core'
import type { Selectable } from 'kysely'
import type { Database } from '../database/database.ts'
import type { Schema } from '../database/schema.ts'

export function accessStore(database: Database): AccessStore {
  const db = database.kysely
  return {
    async person(id) {
      return (await db.selectFrom('gantry.people').selectAll().where('id', '=', id).executeTakeFirst()) ?? null
    },
    people: () => db.selectFrom('gantry.people').selectAll().orderBy('name').orderBy('id').execute(),
    async savePerson({ id, name, role }) {
      const people = db.insertInto('gantry.people').values({ id, name, role })
      await people.onConflict(conflict => conflict.column('id').doUpdateSet({ name, role })).execute()
    },
    ...signInLinks(database),
    ...sessions(database),
    ...apiTokens(database),
  }
}

function signInLinks(database: Database): Pick<AccessStore, 'addSignInLink' | 'useSignInLink'> {
  const db = database.kysely
  return {
    async addSignInLink(hash, personId, expiresAt) {
      const link = { hash, person_id: personId, expires_at: expiresAt }
      await db.insertInto('gantry.sign_in_links').values(link).execute()
    },
    /** Deleting and reading is one statement, so of two browsers that use it at once only one gets in. */
    async useSignInLink(hash, now) {
      const person = await db
        .with('used', cte => cte.deleteFrom('gantry.sign_in_links').where('hash', '=', hash).returningAll())
        .selectFrom('used')
        .innerJoin('gantry.people', 'gantry.people.id', 'used.person_id')
        .where('used.expires_at', '>', now)
        .select(['gantry.people.id', 'gantry.people.name', 'gantry.people.role'])
        .executeTakeFirst()
      return person ?? null
    },
  }
}

function sessions(database: Database): Pick<AccessStore, 'addSession' | 'session' | 'endSession'> {
  const db = database.kysely
  return {
    async addSession(hash, personId, expiresAt) {
      await db.insertInto('gantry.sessions').values({ hash, person_id: personId, expires_at: expiresAt }).execute()
    },
    async session(hash, now) {
      const person = await db
        .selectFrom('gantry.sessions')
        .innerJoin('gantry.people', 'gantry.people.id', 'gantry.sessions.person_id')
        .where('hash', '=', hash)
        .where('expires_at', '>', now)
        .select(['gantry.people.id', 'gantry.people.name', 'gantry.people.role'])
        .executeTakeFirst()
      return person ?? null
    },
    async endSession(hash) {
      await db.deleteFrom('gantry.sessions').where('hash', '=', hash).execute()
    },
  }
}

function apiTokens(database: Database): Pick<AccessStore, 'addToken' | 'token' | 'revokeToken'> {
  const db = database.kysely
  return {
    async addToken({ id, hash, name, personId, role, runId, expiresAt }) {
      const token = { id, hash, name, person_id: personId, role, run_id: runId, expires_at: expiresAt }
      await db.insertInto('gantry.api_tokens').values(token).execute()
    },
    async token(hash, now) {
      const row = await db
        .selectFrom('gantry.api_tokens')
        .selectAll()
        .where('hash', '=', hash)
        .where(eb => eb.or([eb('expires_at', 'is', null), eb('expires_at', '>', now)]))
        .executeTakeFirst()
      return row ? tokenOf(row) : null
    },
    async revokeToken(id) {
      await db.deleteFrom('gantry.api_tokens').where('id', '=', id).execute()
    },
  }
}

const tokenOf = (row: Selectable<Schema['gantry.api_tokens']>): ApiToken => ({
  id: row.id,
  hash: row.hash,
  name: row.name,
  personId: row.person_id,
  role: row.role,
  runId: row.run_id,
  expiresAt: row.expires_at,
})
