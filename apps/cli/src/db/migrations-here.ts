import { join } from 'node:path'
import { findMigrations, type Migrations } from '@gantry/init'
import type { JournaledScript } from '@gantry/migrations'
import { readRepository } from '../init/read-repository.ts'
import { readScripts } from './read-scripts.ts'

export interface MigrationsHere {
  /** Top folder of the repository. */
  top: string
  /** From there. */
  dir: string
  tool: Migrations['tool']
  scripts: JournaledScript[]
}

/** The migrations of the repository around a folder, wherever they lie in it; null where there are none. */
export async function migrationsHere(cwd: string, dir?: string): Promise<MigrationsHere | null> {
  const { top, files } = await readRepository(cwd)
  const found = dir === undefined ? findMigrations(files) : { dir, tool: toolOf(dir, files.paths) }
  return found ? { top, ...found, scripts: await readScripts(join(top, found.dir)) } : null
}

function toolOf(dir: string, paths: readonly string[]): Migrations['tool'] {
  if (paths.includes(`${dir}/meta/_journal.json`)) return 'Drizzle'
  return paths.some(path => path.startsWith(`${dir}/`) && path.endsWith('/migration.sql')) ? 'Prisma' : 'Supabase'
}
