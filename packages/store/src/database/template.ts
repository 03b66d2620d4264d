import { createHash, randomUUID } from 'node:crypto'
import { existsSync } from 'node:fs'
import { cp, mkdir, readdir, readFile, rename, rm } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { join } from 'node:path'
import type { Database } from './database.ts'
import { openEmbedded } from './embedded.ts'
import type { Engine } from './session.ts'

/**
 * Opens PGlite in `dir`. Making a database from nothing takes seconds (initdb), copying one 40 ms; with a
 * `templateDir` the first boot leaves a copy there, named for the versions it was made with, for all later ones.
 */
export async function openFromTemplate(
  { dir, templateDir }: { dir: string; templateDir?: string },
  migrationsDir: string,
  prepare: (engine: Engine) => Promise<Database>,
): Promise<Database> {
  await mkdir(dir, { recursive: true, mode: 0o700 })
  if (!templateDir || existsSync(join(dir, 'PG_VERSION'))) return prepare(await openEmbedded(dir))
  const template = join(templateDir, await templateName(migrationsDir))
  if (existsSync(template)) {
    await cp(template, dir, { recursive: true })
    return prepare(await openEmbedded(dir))
  }
  const database = await prepare(await openEmbedded(dir))
  await keepTemplate(database, dir, template)
  return database
}

async function templateName(migrationsDir: string): Promise<string> {
  const hash = createHash('sha256')
  hash.update(
    await readFile(join(createRequire(import.meta.url).resolve('@electric-sql/pglite'), '../../package.json')),
  )
  for (const file of (await readdir(migrationsDir)).sort())
    hash.update(file).update(await readFile(join(migrationsDir, file)))
  return `pglite-${hash.digest('hex').slice(0, 16)}`
}

/** Nobody but us holds the database yet, and PGlite has no background writers: the files stand still while we copy. */
async function keepTemplate(database: Database, dir: string, template: string): Promise<void> {
  await database.exec('checkpoint')
  const draft = `${template}.${randomUUID()}`
  try {
    await cp(dir, draft, { recursive: true })
    await rm(join(draft, 'postmaster.pid'), { force: true })
    await rename(draft, template)
  } catch {
    // Another process was first, or the folder cannot be written: the template only saves time.
    await rm(draft, { recursive: true, force: true })
  }
}
