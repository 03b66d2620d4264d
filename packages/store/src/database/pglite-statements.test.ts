import type { PGlite } from '@electric-sql/pglite'
import { emptyPglite } from '@gantry/migrations/testing'
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import { performAgain, performOnce } from './pglite-statements.ts'

let pglite: PGlite
beforeAll(async () => {
  pglite = await emptyPglite()
  await pglite.exec('create schema gantry; create table gantry.things (id int primary key, bytes bytea)')
})
beforeEach(() => pglite.exec('deallocate all; truncate gantry.things'))
afterAll(() => pglite.close())

const insert = 'insert into gantry.things (id, bytes) values ($1::int, $2::bytea) returning id'
const prepared = async () => {
  const { rows } = await performOnce(pglite, 'select statement from pg_prepared_statements order by name', [])
  return rows.flat()
}

test('parses a statement once that comes again, and carries bytes as they are', async () => {
  const again = performAgain()
  for (const id of [1, 2, 3]) {
    const { rows } = await again(pglite, insert, [String(id), new Uint8Array([id, 0, 92, 255])])
    expect(rows).toEqual([[id]])
  }
  expect(await prepared()).toEqual([insert])
  const { rows } = await performOnce(pglite, "select encode(bytes, 'hex') from gantry.things order by id", [])
  expect(rows).toEqual([['01005cff'], ['02005cff'], ['03005cff']])
})

test('plans anew each time what reads a table', async () => {
  const again = performAgain()
  await performOnce(pglite, insert, ['1', null])
  for (const sql of [
    'select id from gantry.things where id = $1::int',
    'update gantry.things set id = id where id = $1::int returning id',
    'with gone as (delete from "gantry"."things" where id = $1::int returning id) select id from gone',
  ])
    expect((await again(pglite, sql, ['1'])).rows).toEqual([[1]])
  expect(await prepared()).toEqual([])
})

test('a statement that failed, at its first coming or later, is carried out at the next', async () => {
  const again = performAgain()
  const failing = 'insert into gantry.things (id) select 8 / $1::int returning id'
  await expect(again(pglite, failing, ['0'])).rejects.toMatchObject({ code: '22012' })
  expect((await again(pglite, failing, ['1'])).rows).toEqual([[8]])
  await expect(again(pglite, failing, ['0'])).rejects.toMatchObject({ code: '22012' })
  await expect(again(pglite, failing, ['1'])).rejects.toMatchObject({ code: '23505', constraint: 'things_pkey' })
  await expect(again(pglite, 'insert into nowhere', [])).rejects.toMatchObject({ code: '42601' })
  expect((await again(pglite, failing, ['2'])).rows).toEqual([[4]])
})
