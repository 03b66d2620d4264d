import { GantryError } from '@gantry/core'
import pg from 'pg'
import { listen } from './listener.ts'
import type { RawResult } from './raw-result.ts'
import { type Engine, faultOf, type Session } from './session.ts'

/** A pool of connections to a real Postgres. */
export async function openPostgres(url: string): Promise<Engine> {
  const pool = new pg.Pool({ connectionString: url, max: 10, connectionTimeoutMillis: 10_000, keepAlive: true })
  // A connection that breaks while idle is only dropped from the pool; the next query opens another.
  pool.on('error', () => undefined)
  // One that breaks while somebody holds it between two queries says so to nobody else; their next query fails.
  pool.on('connect', client => client.on('error', () => undefined))
  const held = new WeakMap<Session, pg.PoolClient>()
  return {
    kind: 'postgres',
    async acquire() {
      const client = await pool.connect().catch(cause => {
        throw unreachable(url, cause)
      })
      const session = sessionOn(client, url)
      held.set(session, client)
      return session
    },
    release: (session, isBroken) => held.get(session)?.release(isBroken),
    listen: (hear, onGap) => listen(url, hear, onGap),
    close: () => pool.end(),
  }
}

function sessionOn(client: pg.PoolClient, url: string): Session {
  return {
    async query(text, values) {
      const result = await client
        .query<(string | null)[]>({ text, values, rowMode: 'array', types: asText })
        .catch(error => Promise.reject(thrown(error, url)))
      return rawResult(result)
    },
    async exec(script) {
      try {
        // Without values this is the simple protocol: many statements, and an array of results when there are several.
        const answer = await client.query<(string | null)[]>({ text: script, rowMode: 'array', types: asText })
        return [answer].flat().map(rawResult)
      } catch (error) {
        await client.query('rollback').catch(() => undefined)
        throw thrown(error, url)
      }
    },
  }
}

const asText = { getTypeParser: () => (text: string) => text }

function rawResult(result: pg.QueryArrayResult<(string | null)[]>): RawResult {
  return {
    command: result.command ?? '',
    affected: result.rowCount ?? 0,
    fields: (result.fields ?? []).map(field => ({ name: field.name, type: field.dataTypeID })),
    rows: result.rows,
  }
}

function thrown(error: unknown, url: string): Error {
  if (error instanceof pg.DatabaseError && error.code) {
    return faultOf(error.message, error.code, error.constraint ?? null, { cause: error })
  }
  return unreachable(url, error)
}

/** Host and database only: the URL holds a password. */
function unreachable(url: string, cause: unknown): GantryError {
  const { host, pathname } = URL.canParse(url) ? new URL(url) : { host: 'an unreadable URL', pathname: '' }
  const because = cause instanceof Error ? cause.message : String(cause)
  return new GantryError('DATABASE_UNREACHABLE', `no answer from ${host}${pathname}: ${because}`, { host }, { cause })
}
