import { join } from 'node:path'
import { findMigrations, type Migrations, type OwnCommand, ownToolCommand } from '@gantry/init'
import type { JournaledScript, OwnTool } from '@gantry/migrations'
import { readRepository } from '../init/read-repository.ts'
import { readScripts } from './read-scripts.ts'

export interface MigrationsHere {
  /** Top folder of the repository. */
  top: string
  /** From there. */
  dir: string
  tool: Migrations['tool']
  scripts: JournaledScript[]
  /** How the repository applies those of Prisma and Drizzle; null where nothing shows it. */
  command: OwnCommand | null
}

/** The migrations of the repository around a folder, wherever they lie in it; null where there are none. */
export async function migrationsHere(cwd: string, dir?: string): Promise<MigrationsHere | null> {
  const { top, files } = await readRepository(cwd)
  const found = dir === undefined ? findMigrations(files) : { dir, tool: toolOf(dir, files.paths) }
  if (!found) return null
  return { top, ...found, scripts: await readScripts(join(top, found.dir)), command: ownToolCommand(files, found) }
}

/** Null for what Gantry applies itself. */
export const ownToolOf = (tool: Migrations['tool']): OwnTool | null =>
  tool === 'Prisma' ? 'prisma' : tool === 'Drizzle' ? 'drizzle' : null

function toolOf(dir: string, paths: readonly string[]): Migrations['tool'] {
  const has = (ending: RegExp) => paths.some(path => path.startsWith(`${dir}/`) && ending.test(path))
  // Drizzle 1 has a folder for each, as Prisma has, with a snapshot in it.
  if (has(/\/meta\/_journal\.json$/) || has(/\/\d+_[^/]+\/snapshot\.json$/)) return 'Drizzle'
  return has(/\/migration\.sql$/) ? 'Prisma' : 'Supabase'
}
