import { posix } from 'node:path'
import { looseJson } from './loose-json.ts'
import { isRecord } from './read-workspace.ts'
import type { Migrations, OwnCommand, RepositoryFiles } from './repository.ts'

const tools = {
  Prisma: { dependency: 'prisma', pattern: /\bprisma\s+migrate\s+deploy\b/, words: ['prisma', 'migrate', 'deploy'] },
  Drizzle: { dependency: 'drizzle-kit', pattern: /\bdrizzle-kit\s+migrate\b/, words: ['drizzle-kit', 'migrate'] },
} as const

/**
 * The script of the nearest package that applies them, else the tool's own command where that package has the tool. Null where
 * neither is there, and for Supabase, whose files Gantry applies itself.
 *
 * @example ownToolCommand(files, { dir: 'apps/api/prisma/migrations', tool: 'Prisma' })
 * // { dir: 'apps/api', words: ['pnpm', 'run', 'db:deploy'] }
 */
export function ownToolCommand(
  { texts }: Pick<RepositoryFiles, 'texts'>,
  { dir, tool }: Pick<Migrations, 'dir' | 'tool'>,
): OwnCommand | null {
  if (tool === 'Supabase') return null
  const { dependency, words } = tools[tool]
  for (const folder of foldersAbove(dir)) {
    const manifest = looseJson(texts.get(posix.join(folder, 'package.json')) ?? '')
    if (!isRecord(manifest)) continue
    const table = (key: string) => Object.entries(isRecord(manifest[key]) ? manifest[key] : {})
    const script = table('scripts').find(([name, line]) => applies(tool, name, String(line), { texts, folder }))
    if (script) return { dir: folder, words: ['pnpm', 'run', script[0]] }
    const depends = [...table('dependencies'), ...table('devDependencies')].map(([name]) => name)
    if (depends.includes(dependency)) return { dir: folder, words: ['pnpm', 'exec', ...words] }
  }
  return null
}

function foldersAbove(dir: string): string[] {
  const parts = posix.dirname(dir).split('/')
  return [...parts.map((_, index) => parts.slice(0, parts.length - index).join('/')), '.'].filter(
    (each, index, all) => all.indexOf(each) === index,
  )
}

/** It ends with the migration: what builds or starts something behind it is no command to migrate by. */
const goesOn = /(?:migrate\s+deploy|drizzle-kit\s+migrate)\b[^&;|]*(?:&&|;|\|)\s*\S/

/** `drizzle-kit migrate` has a sister: a file of the repository that calls the migrator of drizzle-orm. */
function applies(
  tool: 'Prisma' | 'Drizzle',
  name: string,
  line: string,
  { texts, folder }: { texts: ReadonlyMap<string, string>; folder: string },
): boolean {
  if (tools[tool].pattern.test(line)) return !goesOn.test(line)
  if (tool !== 'Drizzle' || !/(^|:)migrate\b/.test(name)) return false
  const files = line.match(/[\w./-]+\.[cm]?[jt]s\b/g) ?? []
  return files.some(file => /['"]drizzle-orm\/[\w/-]+\/migrator['"]/.test(texts.get(posix.join(folder, file)) ?? ''))
}
