import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { root } from './command.ts'
import { configPage, tables } from './config-docs.ts'

test('docs/reference/config.md is what the schemas render now; else run `node tools/generated.ts`', async () => {
  expect(await readFile(join(root, 'docs/reference/config.md'), 'utf8')).toBe(configPage())
})

test('a row says what a field takes, what it is when left out, and what it means', () => {
  const text = tables({
    properties: {
      every: { type: 'string', default: '30s', description: 'time between two checks' },
      approvals: { type: 'integer', minimum: 0, maximum: 10 },
      level: { type: 'string', enum: ['low', 'high'] },
    },
    required: ['approvals'],
  })
  expect(text).toContain('| `every` | string | `"30s"` | time between two checks |')
  expect(text).toContain('| `approvals` | integer (0 to 10) | required |  |')
  expect(text).toContain('| `level` | `"low"` or `"high"` | nothing |  |')
})

test('what may be an object besides something plainer shows the fields of the object', () => {
  const object = { type: 'object', properties: { needed: { type: 'integer' } }, required: ['needed'] }
  const text = tables({ properties: { approvals: { anyOf: [{ type: 'integer' }, object] } } })
  expect(text).toContain(
    '| `approvals` | integer or object | nothing |  |\n| `approvals.needed` | integer | required |',
  )
})

test('a choice gets a table for each alternative, named by what tells them apart', () => {
  const above = { anyOf: [{ type: 'number' }, { type: 'string', pattern: '^\\d+x$|^a$' }] }
  const text = tables({
    oneOf: [
      { properties: { rule: { const: 'down' }, monitor: { type: 'string' } } },
      { properties: { rule: { const: 'errorRate' }, above } },
    ],
  })
  expect(text).toContain('### down\n')
  expect(text).toContain('| `above` | number or string like `^\\d+x$\\|^a$` | nothing |')
})
