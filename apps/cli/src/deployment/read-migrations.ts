import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { Migration } from '@gantry/core/api'

type MigrationFile = Pick<Migration, 'version' | 'name' | 'sql'>

/** The SQL files of a folder in the order of their versions, named as the Supabase CLI names them; others are left out. */
export async function readMigrations(folder: string): Promise<MigrationFile[]> {
  const names = await readdir(folder).catch(() => [])
  const found = names.flatMap(file => {
    const [, version, name] = /^(\d+)_(.+)\.sql$/.exec(file) ?? []
    return version === undefined || name === undefined ? [] : [{ file, version, name }]
  })
  found.sort((a, b) => (a.version < b.version ? -1 : 1))
  return Promise.all(
    found.map(async ({ file, ...rest }) => ({ ...rest, sql: await readFile(join(folder, file), 'utf8') })),
  )
}
