import { randomUUID } from 'node:crypto'
import { readFile, rename, writeFile } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { tmpdir, userInfo } from 'node:os'
import { dirname, join } from 'node:path'
import { PGlite } from '@electric-sql/pglite'

/** An empty database in memory, for tests: what the first one left is kept, and loaded in a fraction of the time it took to make. */
export async function emptyPglite(): Promise<PGlite> {
  const kept = join(tmpdir(), `gantry-empty-pglite-${userInfo().username}-${await version()}.tar`)
  const known = await readFile(kept).catch(() => null)
  if (known) return PGlite.create({ loadDataDir: new Blob([known]) })
  const made = await PGlite.create()
  const left = await made.dumpDataDir('none')
  // Complete or not there: others may read it meanwhile.
  const draft = `${kept}.${randomUUID()}`
  await writeFile(draft, Buffer.from(await left.arrayBuffer()))
  await rename(draft, kept)
  return made
}

/** The data of one version may be nothing to another. */
async function version(): Promise<string> {
  const entry = createRequire(import.meta.url).resolve('@electric-sql/pglite')
  return JSON.parse(await readFile(join(dirname(entry), '../package.json'), 'utf8')).version
}
