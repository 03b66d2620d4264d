import type { Database } from '../database/opened-database.ts'
import type { Session } from '../database/session.ts'

/** What is kept of a database as data and not as files, so that it may go into another kind of Postgres. */
export interface RowsTaken {
  /** Versions that were applied, oldest first. */
  migrations: string[]
  /** In the order in which they can be put back: what a row points at comes before it. */
  tables: { table: string; columns: string[]; rows: number }[]
  /** The last number that each sequence gave. */
  sequences: Record<string, string>
}

/** Takes the rows of one table: each is a JSON array of texts and nulls, in the order of the columns. */
export type TakeRows = (table: string, rows: AsyncIterable<string>) => Promise<void>

/** Who works now means nothing on the day of a restore; repositories come back as files, and are shared anew. */
const notKept = new Set(['git_packs', 'git_refs', 'leases', 'server_processes', 'servers', 'sign_in_tries'])
const rowsAtOnce = 200

/**
 * Reads every row of one moment, while others write. On the embedded database nobody else reads or writes meanwhile: take the
 * rows to a file of this machine, and nowhere slow.
 */
export function readRows(database: Database, take: TakeRows): Promise<RowsTaken> {
  return database.session(async session => {
    await session.exec('begin isolation level repeatable read read only')
    const tables: RowsTaken['tables'] = []
    for (const table of await tablesInOrder(session)) {
      const columns = await columnsOf(session, table)
      const rows = rowsOf(session, table, columns)
      await take(table, rows.texts)
      tables.push({ table, columns, rows: rows.count() })
    }
    const migrations = await texts(
      session,
      'select version from supabase_migrations.schema_migrations order by version',
    )
    const sequences = await session.query(
      `select sequencename, last_value::text from pg_sequences where schemaname = 'gantry' and last_value is not null`,
      [],
    )
    await session.exec('commit')
    return { migrations, tables, sequences: Object.fromEntries(sequences.rows.map(([name, last]) => [name, last])) }
  })
}

async function tablesInOrder(session: Session): Promise<string[]> {
  // What a table in parts holds is read part by part.
  const tables = await texts(
    session,
    `select relname from pg_class where relnamespace = 'gantry'::regnamespace and relkind = 'r' order by relname`,
  )
  const { rows } = await session.query(
    `select distinct child.relname, parent.relname from pg_constraint
      join pg_class as child on child.oid = conrelid join pg_class as parent on parent.oid = confrelid
      where contype = 'f' and connamespace = 'gantry'::regnamespace and conrelid <> confrelid`,
    [],
  )
  const ordered = new Set<string>()
  const add = (table: string) => {
    for (const [child, parent] of rows) if (child === table && parent && !ordered.has(parent)) add(parent)
    ordered.add(table)
  }
  for (const table of tables) add(table)
  return [...ordered].filter(table => !notKept.has(table))
}

/** Without those that the database computes by itself. */
const columnsOf = (session: Session, table: string): Promise<string[]> =>
  texts(
    session,
    `select attname from pg_attribute where attrelid = 'gantry.${table}'::regclass and attnum > 0
      and not attisdropped and attgenerated = '' order by attnum`,
  )

function rowsOf(session: Session, table: string, columns: string[]) {
  let count = 0
  async function* read(): AsyncGenerator<string> {
    const values = columns.map(column => `"${column}"::text`).join(', ')
    await session.exec(
      `declare taken no scroll cursor for select json_build_array(${values})::text from gantry."${table}"`,
    )
    for (;;) {
      const page = await texts(session, `fetch forward ${rowsAtOnce} from taken`)
      count += page.length
      yield* page
      if (page.length < rowsAtOnce) break
    }
    await session.exec('close taken')
  }
  return { texts: read(), count: () => count }
}

async function texts(session: Session, query: string): Promise<string[]> {
  const { rows } = await session.query(query, [])
  return rows.map(([text]) => text ?? '')
}
