import { sql } from 'kysely'
import { expect, test } from 'vitest'
import { onEachDatabase } from '../testing/each-database.ts'
import { DatabaseFault } from './session.ts'

onEachDatabase(current => {
  const count = async () => {
    const { rows } = await sql<{ n: number }>`select count(*) as n from gantry.settings`.execute(
      current.database.kysely,
    )
    return rows[0]?.n
  }
  const setting = (name: string) => ({ project: 'p', name, value: '1' })

  test('answers the same plain data on both engines', async () => {
    const { rows } = await sql`select
      9007199254740991::int8 as int8, 1::int2 as int2, 1.25::numeric as numeric, 0.5::float8 as float8,
      timestamptz '2026-03-01 09:00:00.123456+05:30' as instant, timestamptz '2026-03-01 08:00:00-05' as whole,
      timestamp '2026-03-01 08:00:00' as local, date '2026-03-01' as day, true as yes, null::text as nothing,
      '{"a":[1,null]}'::jsonb as jsonb, '[1]'::json as json, array['a,b','"',null] as names,
      ${'x'}::text as text, ${3}::int as number, ${false}::bool as no, ${['a', '\\', '{}']}::text[] as list,
      ${{ a: 'ü' }}::jsonb as object, ${new Date(0)}::timestamptz as date, ${null}::text as null,
      substring(${new Uint8Array([1, 0, 92, 255])}::bytea from 2 for 3) as bytes`.execute(current.database.kysely)
    expect(rows).toEqual([
      {
        int8: 9007199254740991,
        int2: 1,
        numeric: 1.25,
        float8: 0.5,
        instant: '2026-03-01T03:30:00.123Z',
        whole: '2026-03-01T13:00:00.000Z',
        local: '2026-03-01T08:00:00.000Z',
        day: '2026-03-01',
        yes: true,
        nothing: null,
        jsonb: { a: [1, null] },
        json: [1],
        names: ['a,b', '"', null],
        text: 'x',
        number: 3,
        no: false,
        list: ['a', '\\', '{}'],
        object: { a: 'ü' },
        date: '1970-01-01T00:00:00.000Z',
        null: null,
        bytes: Buffer.from([0, 92, 255]),
      },
    ])
  })

  test('stores all of a transaction or nothing, and serves the next user after a failure', async () => {
    const failing = current.database.transaction(async transaction => {
      await transaction.insertInto('gantry.settings').values(setting('a')).execute()
      await sql`select 1 / 0`.execute(transaction)
    })
    await expect(failing).rejects.toMatchObject({ name: 'DatabaseFault', code: '22012' })
    expect(await count()).toBe(0)
  })

  test('refuses to commit a transaction whose failure was swallowed', async () => {
    const swallowing = current.database.transaction(async transaction => {
      await transaction.insertInto('gantry.settings').values(setting('b')).execute()
      await sql`select 1 / 0`.execute(transaction).catch(() => undefined)
    })
    await expect(swallowing).rejects.toThrow('rolled back')
    expect(await count()).toBe(0)
  })

  test('leaves nothing open behind a script that failed in the middle', async () => {
    const script = "begin; insert into gantry.settings values ('p', 'c', '1'); select nonsense; commit"
    await expect(current.database.exec(script)).rejects.toBeInstanceOf(DatabaseFault)
    expect(await count()).toBe(0)
    await expect(current.database.exec('syntax error')).rejects.toMatchObject({ code: '42601' })
  })

  test('rolls back a session that threw in the middle of its own transaction', async () => {
    const broken = current.database.session(async session => {
      await session.exec("begin; insert into gantry.settings values ('p', 'd', '1')")
      throw new Error('lost interest')
    })
    await expect(broken).rejects.toThrow('lost interest')
    expect(await count()).toBe(0)
  })

  test('keeps many transactions at once apart', async () => {
    await Promise.all(
      Array.from({ length: 25 }, (_, index) =>
        current.database
          .transaction(async transaction => {
            await transaction
              .insertInto('gantry.settings')
              .values(setting(`t${index}`))
              .execute()
            if (index % 5 === 0) throw new Error('changed my mind')
          })
          .catch(() => undefined),
      ),
    )
    expect(await count()).toBe(20)
  })

  test('names the constraint that was broken', async () => {
    const twice = current.database.kysely
      .insertInto('gantry.settings')
      .values([setting('t1')])
      .execute()
    await expect(twice).rejects.toMatchObject({ code: '23505', constraint: 'settings_pkey' })
  })

  test('answers pings, and after it was closed says that it is unreachable', async () => {
    await current.store.ping()
    await current.store.close()
    await expect(current.store.ping()).rejects.toMatchObject({ code: 'DATABASE_UNREACHABLE' })
    await expect(current.database.exec('select 1')).rejects.toMatchObject({ code: 'DATABASE_UNREACHABLE' })
    await current.store.close()
  })
})
