import { expect, test } from 'vitest'
import { lineFields } from './line-fields.ts'

test('what is nested is named as it is searched for', () => {
  expect(lineFields({ status: 503, http: { path: '/a', on: { host: 'h' } }, tags: ['a', 'b'], none: null })).toEqual([
    ['status', '503'],
    ['http.path', '/a'],
    ['http.on.host', 'h'],
    ['tags', 'a'],
    ['tags', 'b'],
    ['none', 'null'],
  ])
  expect(lineFields({ all: [{ a: 1 }] })).toEqual([['all', '[{"a":1}]']])
})

test('however deep a line is, it is read', () => {
  let deep: Record<string, unknown> = { end: 1 }
  for (let level = 0; level < 2_000; level++) deep = { a: deep }
  expect(lineFields(deep)).toHaveLength(1)
})
