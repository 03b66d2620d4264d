import { GantryError } from '@gantry/core'
import { Client } from 'pg'
import type { SqlSession } from './sql-session.ts'

export interface ConnectionOptions {
  /** What the database calls it in its list of connections. */
  application?: string
  /** Aborted: the statement that works is cancelled, and so fails. */
  signal?: AbortSignal
}

/**
 * Opens one connection for the work, and closes it behind it.
 * @throws GantryError DATABASE_UNREACHABLE
 */
export async function withConnection<Result>(
  url: string,
  work: (session: SqlSession) => Promise<Result>,
  { application = 'gantry migrate', signal }: ConnectionOptions = {},
): Promise<Result> {
  const client = await connect(url, application)
  const cancel = () => void cancelStatement(url, client)
  signal?.addEventListener('abort', cancel, { once: true })
  try {
    return await work({
      async query(text, values) {
        signal?.throwIfAborted()
        return rowsOf(await client.query(text, values))
      },
      connection: () => descriptorOf(client),
    })
  } finally {
    signal?.removeEventListener('abort', cancel)
    await client.end().catch(() => undefined)
  }
}

/** By another connection: the one that works answers nothing. Where none can be made, the statement goes on to its end. */
async function cancelStatement(url: string, client: Client): Promise<void> {
  const backend = String(Reflect.get(client, 'processID'))
  await withConnection(url, session => session.query('select pg_cancel_backend($1::int)', [backend])).catch(
    () => undefined,
  )
}

/** Neither `pg` nor Node give it out. Below TLS it is the one of the connection underneath. */
function descriptorOf(client: Client): number | null {
  const inside = (value: unknown, name: string): unknown =>
    typeof value === 'object' && value !== null ? Reflect.get(value, name) : undefined
  const handle = inside(inside(inside(client, 'connection'), 'stream'), '_handle')
  const descriptor = inside(inside(handle, '_parent') ?? handle, 'fd')
  return typeof descriptor === 'number' && descriptor > 2 ? descriptor : null
}

/** A script of several statements answers several results: the last one counts. */
function rowsOf<Row>(result: { rows: Row[] } | { rows: Row[] }[]): Row[] {
  return Array.isArray(result) ? (result.at(-1)?.rows ?? []) : result.rows
}

async function connect(url: string, application: string): Promise<Client> {
  const tried: string[] = []
  for (const connectionString of waysTo(url)) {
    const client = new Client({ connectionString, application_name: application, connectionTimeoutMillis: 20_000 })
    // A connection that breaks rejects the query that runs; without a listener it would end the process too.
    client.on('error', () => undefined)
    try {
      await client.connect()
      return client
    } catch (cause) {
      tried.push(cause instanceof Error ? cause.message || String(Reflect.get(cause, 'code')) : String(cause))
      if (!tried.at(-1)?.includes('does not support SSL')) break
    }
  }
  throw new GantryError('DATABASE_UNREACHABLE', `the database did not answer: ${tried.join('; then without TLS: ')}`)
}

/**
 * As libpq does it: `sslmode=require` encrypts without asking who signed (Supabase signs its certificates itself); where nothing
 * is said, a database elsewhere is asked for TLS first.
 */
function waysTo(url: string): string[] {
  if (!URL.canParse(url)) return [url]
  const parsed = new URL(url)
  const mode = parsed.searchParams.get('sslmode')
  const isHere = ['', 'localhost', '127.0.0.1', '[::1]'].includes(parsed.hostname) || parsed.searchParams.has('host')
  if (mode === null && isHere) return [url]
  if (mode !== null && mode !== 'require' && mode !== 'prefer') return [url]
  const encrypted = new URL(url)
  encrypted.searchParams.set('sslmode', 'require')
  encrypted.searchParams.set('uselibpqcompat', 'true')
  if (mode === 'require') return [encrypted.href]
  const plain = new URL(url)
  plain.searchParams.set('sslmode', 'disable')
  return [encrypted.href, plain.href]
}
