import type { Session, SessionStore } from '@gantry/core'
import type { Kysely } from 'kysely'
import type { Database } from '../database/opened-database.ts'
import type { Schema } from '../database/schema.ts'
import { accountColumns, accountOf } from './people-store.ts'

export function sessionStore({ kysely: db }: Database): SessionStore {
  /** Codes of commands that they approved and that were not fetched yet. */
  const forgetCodes = (personId: string) =>
    db.deleteFrom('gantry.device_codes').where('person_id', '=', personId).execute()
  /** Ends what is found and says whose it was. */
  const end = async (column: 'hash' | 'id', value: string): Promise<Session | null> => {
    const session = await listed(db).where(`gantry.sessions.${column}`, '=', value).executeTakeFirst()
    const ended = await db.deleteFrom('gantry.sessions').where(column, '=', value).executeTakeFirst()
    if (!session || ended.numDeletedRows === 0n) return null
    await forgetCodes(session.person_id)
    return sessionOf(session)
  }
  return {
    async addSession({ id, hash, personId, createdAt, expiresAt, agent }) {
      const session = { id, hash, person_id: personId, created_at: createdAt, expires_at: expiresAt, agent }
      await db.insertInto('gantry.sessions').values(session).execute()
    },
    async session(hash, project, now) {
      const row = await db
        .selectFrom('gantry.sessions')
        .innerJoin('gantry.people', 'gantry.people.id', 'gantry.sessions.person_id')
        .leftJoin('gantry.memberships', join =>
          join.onRef('gantry.memberships.person_id', '=', 'gantry.people.id').on('project', '=', project),
        )
        .where('hash', '=', hash)
        .where('expires_at', '>', now)
        .select(['gantry.sessions.id as session_id', 'gantry.memberships.role as role', ...accountColumns])
        .executeTakeFirst()
      return row ? { sessionId: row.session_id ?? '', person: accountOf(row), role: row.role } : null
    },
    async sessions(now, personId) {
      const working = listed(db).where('expires_at', '>', now)
      const wanted = personId === undefined ? working : working.where('person_id', '=', personId)
      return (await wanted.orderBy('expires_at', 'desc').execute()).map(sessionOf)
    },
    endSession: hash => end('hash', hash),
    endSessionById: id => end('id', id),
    async endSessionsOf(personId, but) {
      const all = db.deleteFrom('gantry.sessions').where('person_id', '=', personId)
      const ended = await (but === null ? all : all.where('id', '!=', but)).executeTakeFirst()
      await forgetCodes(personId)
      return Number(ended.numDeletedRows)
    },
  }
}

const listed = (db: Kysely<Schema>) =>
  db
    .selectFrom('gantry.sessions')
    .innerJoin('gantry.people', 'gantry.people.id', 'gantry.sessions.person_id')
    .select([
      'gantry.sessions.id',
      'gantry.sessions.person_id',
      'gantry.people.name',
      'gantry.sessions.created_at',
      'gantry.sessions.expires_at',
      'gantry.sessions.agent',
    ])

const sessionOf = (row: {
  id: string | null
  person_id: string
  name: string
  created_at: string | null
  expires_at: string
  agent: string | null
}): Session => ({
  // A migration gave one to those of before.
  id: row.id ?? '',
  personId: row.person_id,
  person: row.name,
  createdAt: row.created_at,
  expiresAt: row.expires_at,
  agent: row.agent,
})
