import type { SqlSession } from './sql-session.ts'
import type { SqlStatement } from './sql-tokens.ts'

/** What `create index concurrently` makes. `name` is null where Postgres chooses one. */
export interface ConcurrentIndex {
  name: string | null
  /** As it is written in SQL, with its schema where that is named. */
  table: string
}

/** Refused inside a transaction by Postgres: it stands for itself. */
export function refusesTransaction({ tokens }: SqlStatement): boolean {
  const words = tokens.map(({ kind, text }) => (kind === 'word' ? text : ''))
  const [first = '', second = ''] = words
  if (first === 'VACUUM' || (first === 'CLUSTER' && words.length === 1)) return true
  if (alone.has(`${first} ${second}`)) return true
  return first !== 'REFRESH' && words.includes('CONCURRENTLY')
}

const alone = new Set([
  ...['ALTER SYSTEM', 'CREATE DATABASE', 'DROP DATABASE', 'CREATE TABLESPACE', 'DROP TABLESPACE'],
  ...['CREATE SUBSCRIPTION', 'DROP SUBSCRIPTION', 'REINDEX DATABASE', 'REINDEX SYSTEM', 'DISCARD ALL'],
])

/** Null for every other statement. */
export function concurrentIndexOf({ tokens }: SqlStatement): ConcurrentIndex | null {
  const at = tokens.findIndex(({ kind, text }) => kind === 'word' && text === 'CONCURRENTLY')
  if (at === -1 || tokens[0]?.text !== 'CREATE' || tokens[at - 1]?.text !== 'INDEX') return null
  const rest = tokens.slice(at + 1)
  if (rest[0]?.text === 'IF') rest.splice(0, 3)
  const on = rest.findIndex(({ kind, text }) => kind === 'word' && text === 'ON')
  if (on === -1) return null
  const named = on === 0 ? undefined : rest[0]
  const table = rest.slice(rest[on + 1]?.text === 'ONLY' ? on + 2 : on + 1)
  const end = table.findIndex(({ kind, text }) =>
    kind === 'symbol' ? text !== '.' : text === 'USING' && kind === 'word',
  )
  const parts = (end === -1 ? table : table.slice(0, end)).map(token =>
    token.kind === 'symbol' ? '.' : identifier(token),
  )
  return { name: named ? plainName(named) : null, table: parts.join('') }
}

type Token = SqlStatement['tokens'][number]
/** What Postgres makes of a name: folded to lower case unless it is quoted. */
const plainName = ({ kind, text }: Token): string => (kind === 'name' ? text : text.toLowerCase())
const identifier = (token: Token): string => `"${plainName(token).replaceAll('"', '""')}"`

/** `quoted` is as SQL wants it. An index is not valid after `create index concurrently` failed, or while it works. */
export interface FoundIndex {
  quoted: string
  isValid: boolean
}

/** The index of that name on that table; without a name, all indexes of the table. */
export async function indexesOf(session: SqlSession, { name, table }: ConcurrentIndex): Promise<FoundIndex[]> {
  return session.query<FoundIndex>(
    `select indexrelid::regclass::text as quoted, indisvalid as "isValid"
     from pg_catalog.pg_index join pg_catalog.pg_class on pg_class.oid = indexrelid
     where indrelid = to_regclass($1) and ($2::text is null or relname = $2)`,
    [table, name],
  )
}

/** Every index of the database that is not valid and that nobody makes at this moment. */
export async function invalidIndexes(session: SqlSession): Promise<{ index: string; table: string }[]> {
  return session.query(
    `select i.indexrelid::regclass::text as index, i.indrelid::regclass::text as table from pg_catalog.pg_index i
     where not i.indisvalid and not exists
       (select from pg_catalog.pg_stat_progress_create_index p where p.index_relid = i.indexrelid)
     order by 1`,
  )
}

/** Takes away what failed attempts left: an index that is not valid slows every write and helps nobody. */
export async function dropInvalid(session: SqlSession, indexes: FoundIndex[]): Promise<void> {
  for (const { quoted } of indexes.filter(({ isValid }) => !isValid))
    await session.query(`drop index concurrently if exists ${quoted}`)
}
