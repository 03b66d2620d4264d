import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { type DatabaseAddress, openDatabase } from '../database/database.ts'
import type { Database } from '../database/opened-database.ts'
import { storeOn } from '../store.ts'
import { templateDir } from '../testing/embedded-database.ts'
import { type RealPostgres, realPostgres } from '../testing/real-postgres.ts'
import { type RowsTaken, readRows } from './read-rows.ts'
import { requireRoomForRows, writeRows } from './write-rows.ts'

let postgres: RealPostgres
let dir: string
let embedded: DatabaseAddress
let real: DatabaseAddress
beforeAll(async () => {
  dir = await mkdtemp(join(tmpdir(), 'gantry-rows-'))
  embedded = { kind: 'embedded', dir: join(dir, 'database'), templateDir }
  postgres = await realPostgres(process.env.DATABASE_URL_TEST)
  real = { kind: 'postgres', url: await postgres.createDatabase() }
})
afterAll(async () => {
  await postgres.stop()
  await rm(dir, { recursive: true, force: true })
})

interface Taken {
  about: RowsTaken
  rows: Record<string, string[]>
}

async function taken(database: Database): Promise<Taken> {
  const rows: Record<string, string[]> = {}
  const about = await readRows(database, async (table, texts) => {
    const of: string[] = []
    for await (const text of texts) of.push(text)
    rows[table] = of
  })
  return { about, rows }
}

const put = (address: DatabaseAddress, { about, rows }: Taken, force = false) =>
  writeRows(
    address,
    about,
    async function* (table) {
      yield* rows[table] ?? []
    },
    { force },
  )

async function fill(database: Database): Promise<void> {
  const store = storeOn(database)
  await store.projects.ensure({ name: 'shop', createdAt: '2026-11-27T10:00:00.123Z' })
  const odd = { text: 'NUL \u0000, "quotes", \\ and ä', list: [1, null, 1e300], nothing: null }
  await store.projects.saveSetting('shop', 'odd', odd)
  await store.projects.saveSetting('shop', 'null', null)
  await store.access.savePerson({ id: 'ana', name: 'Ana', email: null, isServerOwner: true })
  // Two who had each other's e-mail before that was refused.
  await database.exec(
    `alter table gantry.people disable trigger user;
      insert into gantry.people (id, name, email, former_emails)
        values ('bea', 'Bea', 'b@x.example', '{c@x.example}'), ('cid', 'Cid', 'c@x.example', '{b@x.example}');
      alter table gantry.people enable trigger user`,
  )
  for (let n = 0; n < 3; n++)
    await store.ledger.append({
      ...{ project: 'shop', at: '2026-11-27T10:00:00.000Z', actor: 'ana', action: 'hold.placed', subject: `s${n}` },
      ...{ reason: null, evidence: { n } },
    })
  // More than are read at once.
  await database.exec(
    `insert into gantry.events (project, id, issue_id, at, body, packed)
      select 'shop', 'e' || n, 'i', now(), null, '\\x00ff80' from generate_series(1, 450) as n`,
  )
  await store.leases.claim({ project: 'shop', kind: 'run', name: 'r' }, 'gone', 60_000)
}

test('all rows go from one kind of database to the other and back, to the byte, and numbers go on', async () => {
  const first = await openDatabase(embedded)
  await fill(first)
  const before = await taken(first)
  const known = await storeOn(first).projects.setting('shop', 'odd')
  await first.close()
  expect(before.about.tables.find(({ table }) => table === 'events')?.rows).toBe(450)
  expect(Object.keys(before.rows)).not.toContain('leases')

  await put(real, before)
  const notEmpty = { code: 'RESTORE_NOT_EMPTY', message: expect.stringContaining('shop') }
  await expect(put(real, before)).rejects.toMatchObject(notEmpty)
  await expect(requireRoomForRows(real, before.about, { force: false })).rejects.toMatchObject(notEmpty)
  await requireRoomForRows(real, before.about, { force: true })
  const moved = await openDatabase(real)
  const there = await taken(moved)
  expect(there).toEqual(before)
  const store = storeOn(moved)
  const unknown = { began: null, address: null, files: null }
  await store.servers.beat({ id: 'other', host: 'web-1', machine: 'm', pid: 7, role: 'all', ...unknown })
  await expect(requireRoomForRows(real, before.about, { force: true })).rejects.toMatchObject({
    ...{ code: 'DATABASE_IN_USE', message: expect.stringContaining('process 7 on web-1') },
  })
  await store.servers.remove('other')
  expect(await store.projects.setting('shop', 'odd')).toEqual(known)
  expect(await store.ledger.verify('shop')).toEqual({ brokenAt: null, rows: 3 })
  await store.ledger.append({
    ...{ project: 'shop', at: '2026-11-27T10:00:01.000Z', actor: 'ana', action: 'hold.placed', subject: 'new' },
    ...{ reason: null, evidence: {} },
  })
  const claim = { id: 'dan', name: 'Dan', email: 'b@x.example', isServerOwner: false }
  await expect(store.access.savePerson(claim)).rejects.toMatchObject({ code: 'CONFLICT' })
  const lease = await store.leases.claim({ project: 'shop', kind: 'run', name: 'r' }, 'new', 60_000)
  expect(lease?.version).toBeGreaterThan(1)
  const after = await taken(moved)
  await moved.close()

  await put(embedded, after, true)
  const back = await openDatabase(embedded)
  expect(await taken(back)).toEqual(after)
  await back.close()
})

test('a backup of an older Gantry is brought up to date, and one of a newer is refused before anything is thrown away', async () => {
  const database = await openDatabase(real)
  const now = await taken(database)
  await database.close()
  const newer = { ...now, about: { ...now.about, migrations: [...now.about.migrations, '99990101000000'] } }
  await expect(put(real, newer, true)).rejects.toMatchObject({ code: 'BACKUP_UNREADABLE', message: /99990101000000/ })
  const migrations = now.about.migrations.filter(version => version < '20261127')
  const tables = now.about.tables.filter(({ table }) => ['projects', 'ledger'].includes(table))
  const columns = { projects: ['name', 'number', 'ingest_key', 'created_at'] }
  const older: Taken = {
    about: {
      migrations,
      sequences: {},
      tables: tables.map(one => ({ ...one, ...(one.table === 'projects' && { columns: columns.projects }) })),
    },
    rows: { ...now.rows, projects: ['["shop", "1", "0123456789abcdef0123456789abcdef", "2026-11-27T10:00:00Z"]'] },
  }
  await put(real, older, true)
  const restored = await openDatabase(real)
  expect((await taken(restored)).about.migrations).toEqual(now.about.migrations)
  expect(await storeOn(restored).projects.get('shop')).toMatchObject({ number: 1 })
  await restored.close()
})
