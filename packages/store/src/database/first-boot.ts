import { createHash, randomUUID } from 'node:crypto'
import { cpSync, existsSync } from 'node:fs'
import { mkdir, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'
import { GantryError } from '@gantry/core'
import type { Database } from './opened-database.ts'

/** Written last into a new data folder: without it, a first boot was interrupted and the folder is not a database. */
const marker = 'gantry-database'

/**
 * Opens PGlite in `dir`. Making a database from nothing takes seconds (initdb), copying one 40 ms; with a
 * `templateDir` the first boot leaves a copy there, named for the versions it was made with, for all later ones.
 * @throws GantryError HOME_UNWRITABLE
 */
export async function openInFolder(
  { dir, templateDir }: { dir: string; templateDir?: string },
  migrationsDir: string,
  open: (dir: string) => Promise<Database>,
): Promise<Database> {
  if (existsSync(join(dir, marker))) return open(dir)
  const template = templateDir && (await templateIn(templateDir, migrationsDir))
  if (template && (await layOut(dir, template))) return open(dir)
  await makeEmpty(dir)
  // Making a database takes 400 MB that its thread does not give back: another one opens what it made.
  const made = await open(dir)
  if (template) await keepTemplate(made, dir, template)
  await made.close()
  const database = await open(dir)
  await writeFile(join(dir, marker), '')
  return database
}

/** Copies the ready-made database to a folder; false where none is kept yet. */
export async function layOut(dir: string, template: string): Promise<boolean> {
  if (!existsSync(template)) return false
  await makeEmpty(dir)
  // A thousand small files: one after the other through the event loop they cost three times as much.
  cpSync(template, dir, { recursive: true })
  await writeFile(join(dir, marker), '')
  return true
}

/** What an interrupted first boot left was never handed to anyone; it is moved aside all the same, not deleted. */
async function makeEmpty(dir: string): Promise<void> {
  try {
    await mkdir(dir, { recursive: true, mode: 0o700 })
    if ((await readdir(dir)).length === 0) return
    await rm(`${dir}.unfinished`, { recursive: true, force: true })
    await rename(dir, `${dir}.unfinished`)
    await mkdir(dir, { mode: 0o700 })
  } catch (cause) {
    const because = cause instanceof Error ? cause.message : String(cause)
    throw new GantryError('HOME_UNWRITABLE', `cannot keep a database in ${dir}: ${because}`, { dir }, { cause })
  }
}

/** Where the ready-made database is kept, or will be. */
export async function templateIn(templateDir: string, migrationsDir: string): Promise<string> {
  const hash = createHash('sha256')
  const pglite = createRequire(import.meta.url).resolve('@electric-sql/pglite')
  hash.update(await readFile(join(dirname(pglite), '../package.json')))
  for (const file of (await readdir(migrationsDir)).sort()) {
    hash.update(file).update(await readFile(join(migrationsDir, file)))
  }
  return join(templateDir, `pglite-${hash.digest('hex').slice(0, 16)}`)
}

/** Nobody but us holds the database yet, and PGlite has no background writers: the files stand still while we copy. */
async function keepTemplate(database: Database, dir: string, template: string): Promise<void> {
  await database.exec('checkpoint')
  const draft = `${template}.${randomUUID()}`
  try {
    await mkdir(dirname(template), { recursive: true, mode: 0o700 })
    cpSync(dir, draft, { recursive: true })
    await rm(join(draft, 'postmaster.pid'), { force: true })
    await rename(draft, template)
  } catch {
    // Another process was first, or the folder cannot be written: the template only saves time.
    await rm(draft, { recursive: true, force: true }).catch(() => undefined)
  }
}
