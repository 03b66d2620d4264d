import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir, userInfo } from 'node:os'
import { join } from 'node:path'
import { migrationsDir, openDatabase } from '../database/database.ts'
import { layOut, templateIn } from '../database/first-boot.ts'
import type { Database } from '../database/opened-database.ts'

/** Where tests keep the empty database they all start from: half a second each instead of four. */
export const templateDir = join(tmpdir(), `gantry-templates-${userInfo().username}`)

/** Makes the folder of an empty database, which whoever is tested opens: a copy of that template. */
export async function layOutDatabase(dir: string): Promise<void> {
  if (await layOut(dir, await templateIn(templateDir, migrationsDir))) return
  await (await openDatabase({ kind: 'embedded', dir, templateDir })).close()
}

/** An embedded database of its own in a temporary folder; closing it removes the folder. */
export async function embeddedDatabase(): Promise<Database> {
  const dir = await mkdtemp(join(tmpdir(), 'gantry-pglite-'))
  const database = await openDatabase({ kind: 'embedded', dir, templateDir })
  return {
    ...database,
    async close() {
      await database.close()
      await rm(dir, { recursive: true, force: true })
    },
  }
}
