import { type AccessStore, type ApiToken, JobScope } from '@gantry/core'
import type { Selectable } from 'kysely'
import type { Database } from '../database/opened-database.ts'
import type { Schema } from '../database/schema.ts'

const dayMs = 86_400_000

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
    async prune(now) {
      const aDayAgo = new Date(Date.parse(now) - dayMs).toISOString()
      await db.deleteFrom('gantry.sessions').where('expires_at', '<=', now).execute()
      await db.deleteFrom('gantry.api_tokens').where('expires_at', '<=', now).execute()
      await db.deleteFrom('gantry.sign_in_links').where('expires_at', '<=', aDayAgo).execute()
    },
  }
}

function signInLinks(database: Database): Pick<AccessStore, 'addSignInLink' | 'useSignInLink' | 'signInLink'> {
  const db = database.kysely
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
        .select(['gantry.people.id', 'gantry.people.name', 'gantry.people.role'])
        .executeTakeFirst()
      return person ?? null
    },
    async signInLink(hash) {
      const link = db.selectFrom('gantry.sign_in_links').select(['expires_at', 'used_at']).where('hash', '=', hash)
      const row = await link.executeTakeFirst()
      return row ? { expiresAt: row.expires_at, usedAt: row.used_at } : null
    },
  }
}

type Sessions = Pick<AccessStore, 'addSession' | 'session' | 'endSession' | 'sessions' | 'endSessionById'>

function sessions(database: Database): Sessions {
  const db = database.kysely
  return {
    async addSession({ id, hash, personId, createdAt, expiresAt, agent }) {
      const session = { id, hash, person_id: personId, created_at: createdAt, expires_at: expiresAt, agent }
      await db.insertInto('gantry.sessions').values(session).execute()
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
    async sessions(now) {
      const rows = await db
        .selectFrom('gantry.sessions')
        .innerJoin('gantry.people', 'gantry.people.id', 'gantry.sessions.person_id')
        .where('expires_at', '>', now)
        .select(['gantry.sessions.id', 'person_id', 'gantry.people.name', 'created_at', 'expires_at', 'agent'])
        .orderBy('expires_at', 'desc')
        .execute()
      return rows.map(row => ({
        // A migration gave one to those of before.
        id: row.id ?? '',
        personId: row.person_id,
        person: row.name,
        createdAt: row.created_at,
        expiresAt: row.expires_at,
        agent: row.agent,
      }))
    },
    async endSessionById(id) {
      const ended = await db.deleteFrom('gantry.sessions').where('id', '=', id).executeTakeFirst()
      return ended.numDeletedRows > 0n
    },
  }
}

type Tokens = Pick<AccessStore, 'addToken' | 'token' | 'tokens' | 'revokeToken' | 'revokeJobTokens'>

function apiTokens(database: Database): Tokens {
  const db = database.kysely
  return {
    async addToken({ id, hash, name, personId, role, job, createdAt, expiresAt }) {
      const ofJob = {
        project: job?.project ?? null,
        run_id: job?.runId ?? null,
        environment: job?.environment ?? null,
        scopes: job?.scopes.join(' ') ?? '',
      }
      const token = { id, hash, name, person_id: personId, role, created_at: createdAt, expires_at: expiresAt }
      await db
        .insertInto('gantry.api_tokens')
        .values({ ...token, ...ofJob })
        .execute()
    },
    async token(hash, now) {
      const row = await db
        .selectFrom('gantry.api_tokens')
        .selectAll()
        .where('hash', '=', hash)
        .where('expires_at', '>', now)
        .executeTakeFirst()
      return row ? { ...tokenOf(row), hash: row.hash } : null
    },
    async tokens(now) {
      const working = db.selectFrom('gantry.api_tokens').selectAll().where('expires_at', '>', now)
      return (await working.orderBy('expires_at', 'desc').execute()).map(tokenOf)
    },
    async revokeToken(id) {
      const revoked = await db.deleteFrom('gantry.api_tokens').where('id', '=', id).executeTakeFirst()
      return revoked.numDeletedRows > 0n
    },
    async revokeJobTokens(runId) {
      const ofJobs = db.deleteFrom('gantry.api_tokens').where('run_id', 'is not', null)
      await (runId === undefined ? ofJobs : ofJobs.where('run_id', '=', runId)).execute()
    },
  }
}

const tokenOf = (row: Selectable<Schema['gantry.api_tokens']>): Omit<ApiToken, 'hash'> => ({
  id: row.id,
  name: row.name,
  personId: row.person_id,
  role: row.role,
  job:
    row.run_id === null || row.project === null
      ? null
      : { project: row.project, runId: row.run_id, environment: row.environment, scopes: scopesOf(row.scopes) },
  createdAt: row.created_at,
  // Only rows with one are read.
  expiresAt: row.expires_at ?? '',
})

/** A token of before scopes, or with one that a newer Gantry gave, may do that much less. */
const scopesOf = (text: string | null): JobScope[] =>
  (text ?? '').split(' ').flatMap(word => {
    const scope = JobScope.safeParse(word)
    return scope.success ? [scope.data] : []
  })
