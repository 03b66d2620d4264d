import { DatabaseSync } from 'node:sqlite'
import type { NewLine } from '@gantry/core'
import { beforeEach, expect, test } from 'vitest'
import { ReadShapes, WrittenShapes } from './field-shapes.ts'
import { schema } from './schema.ts'

let database: DatabaseSync
beforeEach(() => {
  database = new DatabaseSync(':memory:')
  database.exec(schema)
})

const written = (fields: NewLine['fields']) => new WrittenShapes(database).written(fields)
const read = (stored: string | null) => new ReadShapes(database).fieldsIn(stored)

test('names are written once for all lines that have them in that order', () => {
  const shapes = new WrittenShapes(database)
  expect(shapes.written({ status: 200, region: 'eu' })).toBe('1[200,"eu"]')
  expect(shapes.written({ status: 503, region: null })).toBe('1[503,null]')
  expect(shapes.written({ region: 'eu', status: 200 })).toBe('2["eu",200]')
  expect(written({ status: 404, region: 'us' })).toBe('1[404,"us"]')
})

test.each<NewLine['fields']>([
  {},
  { '': '', é: '[1]', 'a"b\n': '{' },
  { b: 1, 2: 'two', 1: { deep: [null, { x: [] }] } },
  JSON.parse('{"__proto__": 1, "constructor": {"prototype": 2}}'),
  { gone: undefined, kept: 1 },
])('reads %j as JSON would', fields => {
  const back = read(written(fields))
  expect(JSON.stringify(back)).toBe(JSON.stringify(fields))
  expect(Object.keys(back)).toEqual(Object.keys(JSON.parse(JSON.stringify(fields))))
})

test('reads what files of before hold', () => {
  expect(read('{"a":[1]}')).toEqual({ a: [1] })
})

test('lines whose names are always others, or long, are written with them', () => {
  const shapes = new WrittenShapes(database)
  for (let id = 0; id < 1_000; id++) shapes.written({ [`id-${id}`]: 1 })
  expect(shapes.written({ 'id-1000': 1 })).toBe('{"id-1000":1}')
  expect(shapes.written({ 'id-7': 1 })).toBe('8[1]')
  database.exec('delete from shapes')
  expect(written({ ['x'.repeat(3_000)]: 1 })).toMatch(/^{"xxx/)
})

test('a shape that was rolled back is written anew', () => {
  const shapes = new WrittenShapes(database)
  database.exec('begin')
  shapes.written({ a: 1 })
  database.exec('rollback')
  shapes.readKnown()
  expect(read(shapes.written({ a: 2 }))).toEqual({ a: 2 })
})
