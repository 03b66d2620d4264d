import { expect, test } from 'vitest'
import { extensionsFor, withoutExtensions } from './extensions.ts'

const script = (version: string, sql: string) => ({ version, name: 'm', sql })

test('extensions that PGlite has are loaded, and a script goes on behind those it has not', async () => {
  const sql = 'create extension if not exists "uuid-ossp";\ncreate extension PostGIS;\nselect 1'
  const { found, missing } = await extensionsFor([sql, "select 'create extension nothing'"])
  expect([Object.keys(found), missing]).toEqual([['uuid_ossp'], ['postgis']])
  expect(withoutExtensions(script('1', sql), missing).sql).toBe(
    `create extension if not exists "uuid-ossp";\n${' '.repeat(24)};\nselect 1`,
  )
})
