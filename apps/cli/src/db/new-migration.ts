import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { CalledWrongly } from '../command/called-wrongly.ts'
import type { MigrationsHere } from './migrations-here.ts'

/** Writes an empty migration behind all others, and answers its path from the top of the repository. */
export async function newMigration(
  name: string,
  here: Pick<MigrationsHere, 'top' | 'dir' | 'tool' | 'scripts'>,
  { now, isDry }: { now: Date; isDry: boolean },
): Promise<string> {
  if (here.tool === 'Prisma') throw new CalledWrongly('Prisma writes its own: `prisma migrate dev --create-only`')
  if (here.tool === 'Drizzle') throw new CalledWrongly('Drizzle writes its own: `drizzle-kit generate --custom`')
  const plain = name
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '_')
    .replace(/^_|_$/g, '')
  if (plain === '')
    throw new CalledWrongly('expected what the migration does in a few words, such as add_slug_to_sites')
  const path = join(here.dir, `${versionAfter(here.scripts.at(-1)?.version, now)}_${plain}.sql`)
  if (isDry) return path
  await mkdir(join(here.top, here.dir), { recursive: true })
  await writeFile(join(here.top, path), text, { flag: 'wx' })
  return path
}

/** The moment in UTC, as the Supabase CLI names files; behind the last one where a clock was ahead. */
function versionAfter(last: string | undefined, now: Date): string {
  const moment = now.toISOString().replace(/\D/g, '').slice(0, 14)
  return last !== undefined && last.length === 14 && last >= moment ? String(BigInt(last) + 1n) : moment
}

const text = `-- Only add: the release that serves goes on working with it, and can be gone back to. \`gantry db plan\` judges it.
`
