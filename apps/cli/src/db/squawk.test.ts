import { join } from 'node:path'
import { expect, it } from 'vitest'
import { tempFolder } from '../testing/test-host.ts'
import { squawkFindings } from './squawk.ts'

const script = { version: '1', name: 'm', sql: 'select 1;\ncreate index i on a (b);' }

it('lists what squawk finds with its line, where the repository has it', async () => {
  const here = { top: join(import.meta.dirname, '../../../..'), dir: 'supabase/migrations' }
  const found = await squawkFindings([script], here)
  expect(found).toContainEqual(
    expect.objectContaining({ migration: '1_m.sql', line: 2, rule: 'require-concurrent-index-creation' }),
  )
  expect(found?.map(({ rule }) => rule)).not.toContain('require-lock-timeout')
})

it('finds nothing to ask in a repository without it', async () => {
  expect(await squawkFindings([script], { top: tempFolder(), dir: 'db' })).toBeNull()
})
