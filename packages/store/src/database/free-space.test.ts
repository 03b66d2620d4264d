import { tmpdir } from 'node:os'
import { expect, test } from 'vitest'
import { refuseWithoutSpace } from './free-space.ts'

const everything = Number.MAX_SAFE_INTEGER

test.each([
  'insert into gantry.lines values ($1)',
  'with one as (select 1) UPDATE gantry.issues set state = 1',
  'begin; delete from gantry.lines; commit',
  'create index x on gantry.lines (at)',
])('a statement that writes is refused without space: %s', sql => {
  expect(() => refuseWithoutSpace(tmpdir(), sql, everything)).toThrow(
    expect.objectContaining({
      code: '53100',
      message: expect.stringMatching(/MB free for the database in .+, found \d+ MB/),
    }),
  )
  expect(() => refuseWithoutSpace(tmpdir(), sql, 0)).not.toThrow()
})

test.each(['select * from gantry.lines', 'rollback', 'commit', 'select updated_at, created_at from gantry.issues'])(
  'what only reads, or ends, goes on: %s',
  sql => {
    expect(() => refuseWithoutSpace(tmpdir(), sql, everything)).not.toThrow()
  },
)

test('a database in memory has room', () => {
  expect(() => refuseWithoutSpace('memory://', 'insert', everything)).not.toThrow()
})
