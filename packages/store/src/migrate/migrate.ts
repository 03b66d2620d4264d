import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { applyMigrations, type Migrated, type MigrationScript, type SqlSession } from '@gantry/migrations'
import type { Database } from '../database/opened-database.ts'
import type { Session } from '../database/session.ts'
import { plainRows, toParameter } from '../database/values.ts'

/**
 * Brings Gantry's own database to the files `<version>_<name>.sql` of a folder, see `applyMigrations`.
 * @throws GantryError MIGRATION_CHANGED, MIGRATION_FAILED
 */
export async function migrate(database: Database, migrationsDir: string): Promise<Migrated> {
  const scripts = await readMigrations(migrationsDir)
  return database.session(session => applyMigrations(sqlSession(session), scripts))
}

async function readMigrations(dir: string): Promise<MigrationScript[]> {
  const names = (await readdir(dir)).filter(name => /^\d+_.*\.sql$/.test(name)).sort()
  return Promise.all(
    names.map(async fileName => {
      const [, version = '', name = ''] = /^(\d+)_(.*)\.sql$/.exec(fileName) ?? []
      return { version, name, sql: await readFile(join(dir, fileName), 'utf8') }
    }),
  )
}

function sqlSession(session: Session): SqlSession {
  return {
    async query<Row extends object>(text: string, values?: (string | string[] | null)[]) {
      if (values) return plainRows(await session.query(text, values.map(toParameter))) as Row[]
      return (await session.exec(text)).flatMap(plainRows) as Row[]
    },
  }
}
