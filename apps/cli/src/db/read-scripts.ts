import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { JournaledScript } from '@gantry/migrations'
import * as z from 'zod'

/**
 * The SQL files of a folder of migrations in the order of their versions, in the form of whatever tool wrote them:
 * `<digits>_<name>.sql` (Supabase), `<digits>_<name>/migration.sql` (Prisma, newer Drizzle), or what `meta/_journal.json` lists
 * (Drizzle). Other files are left out.
 */
export async function readScripts(folder: string): Promise<JournaledScript[]> {
  const journal = await readFile(join(folder, 'meta/_journal.json'), 'utf8').catch(() => null)
  const files = journal === null ? await listed(folder) : Journal.parse(JSON.parse(journal)).entries.map(journaled)
  const scripts = files.map(async ({ file, ...rest }) => ({ ...rest, sql: await readFile(join(folder, file), 'utf8') }))
  return (await Promise.all(scripts)).toSorted((a, b) => (a.version < b.version ? -1 : 1))
}

type Found = Omit<JournaledScript, 'sql'> & { file: string }

async function listed(folder: string): Promise<Found[]> {
  const entries = await readdir(folder, { withFileTypes: true }).catch(() => [])
  return entries.flatMap(entry => {
    const isFolder = entry.isDirectory()
    const [, version, name] = (isFolder ? /^(\d+)_(.+)$/ : /^(\d+)_(.+)\.sql$/).exec(entry.name) ?? []
    if (version === undefined || name === undefined) return []
    return [{ version, name, file: isFolder ? join(entry.name, 'migration.sql') : entry.name }]
  })
}

const Journal = z.object({ entries: z.array(z.object({ tag: z.string(), when: z.number() })) })

function journaled({ tag, when }: z.output<typeof Journal>['entries'][number]): Found {
  const [, version = tag, name = tag] = /^(\d+)_(.*)$/.exec(tag) ?? []
  return { version, name, when, file: `${tag}.sql` }
}
