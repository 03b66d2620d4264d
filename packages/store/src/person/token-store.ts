import { type ApiToken, JobScope, type TokenStore } from '@gantry/core'
import { type Selectable, sql } from 'kysely'
import type { Database } from '../database/opened-database.ts'
import type { Schema } from '../database/schema.ts'

export function tokenStore({ kysely: db }: Database): TokenStore {
  return {
    async addToken({ id, hash, name, project, scopes, job, createdBy, createdAt, expiresAt, lastUsedAt }) {
      const token = { id, hash, name, project, role: 'viewer', created_by: createdBy } as const
      const times = { created_at: createdAt, expires_at: expiresAt, last_used_at: lastUsedAt }
      const ofJob = { run_id: job?.runId ?? null, environment: job?.environment ?? null }
      await db
        .insertInto('gantry.api_tokens')
        .values({ ...token, ...times, ...ofJob, scopes: (job?.scopes ?? scopes).join(' ') })
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
    async tokens(project, now) {
      const all = db.selectFrom('gantry.api_tokens').selectAll().where('project', '=', project)
      return (await all.where('expires_at', '>', now).orderBy('expires_at', 'desc').execute()).map(tokenOf)
    },
    async tokenUsed(id, now) {
      await db.updateTable('gantry.api_tokens').set({ last_used_at: now }).where('id', '=', id).execute()
    },
    async revokeToken(project, id) {
      const one = db.deleteFrom('gantry.api_tokens').where('project', '=', project).where('id', '=', id)
      const row = await one.returningAll().executeTakeFirst()
      return row ? tokenOf(row) : null
    },
    async revokeJobTokens(runId) {
      const ofJobs = db.deleteFrom('gantry.api_tokens').where('run_id', 'is not', null)
      await (runId === undefined ? ofJobs : ofJobs.where('run_id', '=', runId)).execute()
    },
    async revokeLeftJobTokens(runId) {
      // One statement: a job that is handed out meanwhile has its token after it was claimed, so it is seen with both or neither.
      await sql`
        delete from gantry.api_tokens where run_id = ${runId} and not exists (
          select from gantry.runner_jobs where run_id = ${runId} and state = 'claimed')`.execute(db)
    },
  }
}

const tokenOf = (row: Selectable<Schema['gantry.api_tokens']>): Omit<ApiToken, 'hash'> => {
  const words = (row.scopes ?? '').split(' ').filter(word => word !== '')
  return {
    id: row.id,
    name: row.name,
    // A migration gave one to those of before.
    project: row.project ?? '',
    scopes: row.run_id === null ? words : [],
    job: row.run_id === null ? null : { runId: row.run_id, environment: row.environment, scopes: jobScopes(words) },
    createdBy: row.created_by,
    createdAt: row.created_at,
    // Only rows with one are read.
    expiresAt: row.expires_at ?? '',
    lastUsedAt: row.last_used_at,
  }
}

/** One that a newer Gantry gave does nothing here. */
const jobScopes = (words: string[]): JobScope[] =>
  words.flatMap(word => {
    const scope = JobScope.safeParse(word)
    return scope.success ? [scope.data] : []
  })
