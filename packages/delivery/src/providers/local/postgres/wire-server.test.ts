import type { PGlite } from '@electric-sql/pglite'
import { emptyPglite } from '@gantry/migrations/testing'
import { Client, Pool } from 'pg'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { freePort } from '../process/free-port.ts'
import { serveDatabase } from './wire-server.ts'

const host = '127.0.0.1'
let database: PGlite
let server: { close(): Promise<void> }
let url: string

beforeAll(async () => {
  database = await emptyPglite()
  const port = await freePort(host)
  server = await serveDatabase(database, { host, port, idleInTransactionMs: 400 })
  url = `postgres://postgres:postgres@${host}:${port}/postgres`
  await database.exec('create table counters (id int primary key, n int not null); insert into counters values (1, 0)')
})
afterAll(async () => {
  await server.close()
  await database.close()
})

const connected = async () => {
  const client = new Client({ connectionString: url })
  client.on('error', () => {})
  await client.connect()
  return client
}

test('answers queries with parameters from many pools at once, each its own answer', async () => {
  const pools = Array.from({ length: 4 }, () => new Pool({ connectionString: url, max: 3 }))
  const asked = Array.from({ length: 200 }, (_, index) => index)
  const answers = await Promise.all(
    asked.map(async index => {
      const pool = pools[index % 4] ?? pools[0]!
      const wide = index % 2 === 0
      const { rows } = await pool.query(
        wide ? 'select $1::int as a, $2::text as b' : 'select $1::int as a',
        wide ? [index, 'x'] : [index],
      )
      return rows[0].a
    }),
  )
  expect(answers).toEqual(asked)
  await Promise.all(pools.map(pool => pool.end()))
})

test('transactions of two connections do not mix', async () => {
  const [one, two] = await Promise.all([connected(), connected()])
  await one.query('begin')
  await one.query('update counters set n = n + 1 where id = 1')
  const order: string[] = []
  const other = two.query('update counters set n = n + 10 where id = 1 returning n').then(({ rows }) => {
    order.push('two')
    return rows[0].n
  })
  await new Promise(resolve => setTimeout(resolve, 100))
  order.push('one')
  await one.query('rollback')
  expect(await other).toBe(10)
  expect(order).toEqual(['one', 'two'])
  await Promise.all([one.end(), two.end()])
})

test('a failed transaction is over for others too', async () => {
  const [one, two] = await Promise.all([connected(), connected()])
  await one.query('begin')
  await expect(one.query('select $1::int / 0', [1])).rejects.toThrow(/division by zero/)
  const other = two.query('select 7 as seven')
  await expect(one.query('select 1')).rejects.toThrow(/current transaction is aborted/)
  await one.query('rollback')
  expect((await other).rows).toEqual([{ seven: 7 }])
  await expect(one.query('select * from nothing_here where a = $1', [1])).rejects.toThrow(/does not exist/)
  expect((await one.query('select $1::int as n', [3])).rows).toEqual([{ n: 3 }])
  await Promise.all([one.end(), two.end()])
})

test('a connection that breaks inside a transaction leaves nothing behind', async () => {
  const [one, two] = await Promise.all([connected(), connected()])
  await one.query('begin')
  await one.query('insert into counters values (2, 2)')
  const other = two.query('select count(*)::int as n from counters')
  one.connection.stream.destroy()
  expect((await other).rows).toEqual([{ n: 1 }])
  await two.end()
})

test('a transaction left open is ended, so that others go on', async () => {
  const [one, two] = await Promise.all([connected(), connected()])
  const broken = new Promise<Error>(resolve => one.once('error', resolve))
  await one.query('begin')
  await one.query('insert into counters values (3, 3)')
  expect((await two.query('select count(*)::int as n from counters')).rows).toEqual([{ n: 1 }])
  expect((await broken).message).toMatch(/left open|terminated/)
  await two.end()
})

test('named statements of two connections are two', async () => {
  const [one, two] = await Promise.all([connected(), connected()])
  const ask = (client: Client, text: string) => client.query({ name: 'same', text, values: [1] })
  expect((await ask(one, 'select $1::int + 1 as n')).rows).toEqual([{ n: 2 }])
  expect((await ask(two, 'select $1::int + 2 as n')).rows).toEqual([{ n: 3 }])
  expect((await ask(one, 'select $1::int + 1 as n')).rows).toEqual([{ n: 2 }])
  await one.end()
  await expect.poll(async () => (await two.query('select name from pg_prepared_statements')).rows.length).toBe(1)
  await two.end()
})

test('large values come and go whole', async () => {
  const one = await connected()
  const text = 'x'.repeat(3_000_000)
  const { rows } = await one.query('select $1::text as t', [text])
  expect(rows[0].t.length).toBe(text.length)
  await one.end()
})
