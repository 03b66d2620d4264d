import { cp, mkdtemp, readdir, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { GantryError, silentAfterMs } from '@gantry/core'
import { type DatabaseAddress, migrationsDir, openDatabase } from '../database/database.ts'
import type { Database } from '../database/opened-database.ts'
import type { Session } from '../database/session.ts'
import { migrate } from '../migrate/migrate.ts'
import { serverStore } from '../server/server-store.ts'
import type { RowsTaken } from './read-rows.ts'

const bytesAtOnce = 2 * 1024 * 1024

/**
 * What can be said before anything is written or thrown away: whether this Gantry knows the schema the rows are of, and whether a
 * database of a server of its own is free for them. An embedded one is, when its folder is.
 *
 * `force` lets it hold projects, and never a server that works on it.
 * @throws GantryError RESTORE_NOT_EMPTY, DATABASE_IN_USE, BACKUP_UNREADABLE when they are of a newer Gantry, DATABASE_UNREACHABLE
 */
export async function requireRoomForRows(
  address: DatabaseAddress,
  { migrations }: Pick<RowsTaken, 'migrations'>,
  { force }: { force: boolean },
): Promise<void> {
  await requireKnown(migrations)
  if (address.kind === 'embedded') return
  const database = await openDatabase(address)
  try {
    await requireNobody(database)
    if (!force) await database.session(requireNoProjects)
  } finally {
    await database.close()
  }
}

/**
 * Puts rows back into a database without any, with the schema they were taken from; a newer Gantry brings that up to date at
 * its next start, as it does with its own.
 *
 * `force` throws away what the database holds.
 * @throws GantryError RESTORE_NOT_EMPTY, BACKUP_UNREADABLE when it is of a newer Gantry
 */
export async function writeRows(
  address: DatabaseAddress,
  { migrations, tables, sequences }: RowsTaken,
  rowsOf: (table: string) => AsyncIterable<string>,
  { force }: { force: boolean },
): Promise<void> {
  const known = await requireKnown(migrations)
  const database = await openDatabase(address)
  const dir = await mkdtemp(join(tmpdir(), 'gantry-migrations-'))
  try {
    if (!force) await database.session(requireNoProjects)
    await database.session(session => dropAll(session, known))
    for (const name of await readdir(migrationsDir))
      if (migrations.some(version => name.startsWith(`${version}_`)))
        await cp(join(migrationsDir, name), join(dir, name))
    await migrate(database, dir)
    await database.session(async session => {
      // All of it or nothing: a restore that was cut off leaves a database without projects.
      await session.exec('begin')
      for (const { table, columns } of tables) {
        await makeRoom(session, table)
        // As they were: a trigger that refuses something since then would refuse the whole of it.
        await session.exec(`alter table gantry."${requireName(table)}" disable trigger user`)
        await putBack(session, table, columns, rowsOf(table))
        await session.exec(`alter table gantry."${requireName(table)}" enable trigger user`)
      }
      for (const [name, last] of Object.entries(sequences))
        await session.query('select setval($1::regclass, $2::bigint)', [`gantry."${name}"`, last])
      await session.exec('commit')
    })
  } finally {
    await database.close()
    await rm(dir, { recursive: true, force: true })
  }
}

/** Answers every version this Gantry knows. */
async function requireKnown(migrations: string[]): Promise<string[]> {
  const known = (await readdir(migrationsDir)).flatMap(name => /^(\d+)_.*\.sql$/.exec(name)?.[1] ?? []).toSorted()
  const newer = migrations.find(version => !known.includes(version) && version > (known.at(-1) ?? ''))
  if (newer === undefined) return known
  throw new GantryError('BACKUP_UNREADABLE', `it was made by a newer Gantry: its schema has ${newer}`)
}

async function requireNobody(database: Database): Promise<void> {
  const living = (await serverStore(database).list()).find(({ silentMs }) => silentMs < silentAfterMs)
  if (living === undefined) return
  const { pid, host, silentMs } = living
  const said = `process ${pid} on ${host} said ${Math.ceil(silentMs / 1_000)} s ago that it works on this database`
  throw new GantryError(
    'DATABASE_IN_USE',
    `${said}: stop it, or wait until it was silent for ${silentAfterMs / 1_000} s`,
  )
}

async function requireNoProjects(session: Session): Promise<void> {
  const exists = await session.query(`select to_regclass('gantry.projects')`, [])
  if (exists.rows[0]?.[0] === null) return
  const { rows } = await session.query('select name from gantry.projects limit 3', [])
  if (rows.length === 0) return
  throw new GantryError('RESTORE_NOT_EMPTY', `the database holds projects already: ${rows.flat().join(', ')}`)
}

/** Also what waited in the queue: schedules and hand-overs are planned anew from the rows. */
async function dropAll(session: Session, versions: string[]): Promise<void> {
  await session.exec('drop schema if exists gantry cascade; drop schema if exists pgboss cascade')
  const history = await session.query(`select to_regclass('supabase_migrations.schema_migrations')`, [])
  if (history.rows[0]?.[0] === null) return
  const ours = `delete from supabase_migrations.schema_migrations where version = any($1::text[])`
  await session.query(ours, [`{${versions.join(',')}}`])
}

async function putBack(session: Session, table: string, columns: string[], rows: AsyncIterable<string>): Promise<void> {
  const { rows: known } = await session.query(
    `select attname, format_type(atttypid, atttypmod) from pg_attribute
      where attrelid = 'gantry.${requireName(table)}'::regclass and attnum > 0 and not attisdropped`,
    [],
  )
  const types = new Map(known.map(([name, type]) => [name, type]))
  const missing = columns.find(column => !types.has(column))
  if (missing !== undefined) throw new GantryError('BACKUP_UNREADABLE', `gantry.${table} has no column ${missing}`)
  const names = columns.map(column => `"${column}"`).join(', ')
  const values = columns.map((column, i) => `(row->>${i})::${types.get(column)}`).join(', ')
  const insert = `insert into gantry."${table}" (${names}) overriding system value
    select ${values} from jsonb_array_elements($1::jsonb) as row`
  let waiting: string[] = []
  let bytes = 0
  const flush = async () => {
    if (waiting.length > 0) await session.query(insert, [`[${waiting.join(',')}]`])
    waiting = []
    bytes = 0
  }
  for await (const row of rows) {
    waiting.push(row)
    bytes += row.length
    if (bytes >= bytesAtOnce) await flush()
  }
  await flush()
}

/** A table of one day is there once something arrives on that day. */
async function makeRoom(session: Session, table: string): Promise<void> {
  const [, day] = /_(\d{4}_\d\d_\d\d)$/.exec(table) ?? []
  if (day !== undefined) await session.query('select gantry.add_day($1::date)', [day.replaceAll('_', '-')])
}

/** It comes from a file, and is part of a statement. */
function requireName(table: string): string {
  if (/^[a-z_0-9]+$/.test(table)) return table
  throw new GantryError('BACKUP_UNREADABLE', `expected the name of a table, got "${table}"`)
}
