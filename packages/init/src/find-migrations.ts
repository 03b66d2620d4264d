import { posix } from 'node:path'
import { isForeign, isTestFile } from '@gantry/core/env'
import type { Migrations, RepositoryFiles } from './repository.ts'

/** Where the migrations of the database are: of several places the one that is least deep. */
export function findMigrations(files: RepositoryFiles): Migrations | undefined {
  const own = files.paths.filter(path => !isForeign(path) && !isTestFile(path) && !/(^|\/)examples?\//.test(path))
  return supabase(own) ?? drizzle(files, own) ?? prisma(files, own)
}

/** The CLI keeps an empty folder by a `.gitkeep`. */
function supabase(paths: readonly string[]): Migrations | undefined {
  const dir = highest(paths.flatMap(path => /^((?:.*\/)?supabase\/migrations)\/[^/]+$/.exec(path)?.[1] ?? []))
  return dir === undefined ? undefined : { dir, tool: 'Supabase' }
}

/** Drizzle writes `0000_name.sql` into `out`; only those for Postgres can be run here. */
function drizzle({ texts }: RepositoryFiles, paths: readonly string[]): Migrations | undefined {
  const dirs = paths.flatMap(path => {
    const text = /(^|\/)drizzle(\.\w+)?\.config\.[cm]?[jt]s$/.test(path) ? texts.get(path) : undefined
    if (text === undefined || !/postgres/.test(text)) return []
    const [, out = './drizzle'] = /\bout:\s*['"`]([^'"`$]+)['"`]/.exec(text) ?? []
    return posix.join(posix.dirname(path), out)
  })
  const dir = highest(dirs.filter(each => paths.some(path => path.startsWith(`${each}/`) && path.endsWith('.sql'))))
  return dir === undefined ? undefined : { dir, tool: 'Drizzle' }
}

/** Prisma says beside them for which database they are; only those for Postgres can be run here. */
function prisma({ texts }: RepositoryFiles, paths: readonly string[]): Migrations | undefined {
  const dirs = paths.flatMap(path => /^((?:.*\/)?migrations)\/[^/]+\/migration\.sql$/.exec(path)?.[1] ?? [])
  const dir = highest(dirs.filter(each => /postgres|^$/.test(texts.get(`${each}/migration_lock.toml`) ?? '')))
  return dir === undefined ? undefined : { dir, tool: 'Prisma' }
}

const highest = (dirs: readonly string[]): string | undefined =>
  dirs.toSorted((a, b) => a.split('/').length - b.split('/').length || (a < b ? -1 : 1))[0]
