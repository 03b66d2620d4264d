import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { readFile } from 'node:fs/promises'
import { dirname, join, relative } from 'node:path'
import { GantryError } from '@gantry/core'
import * as z from 'zod'
import type { Host } from '../host.ts'
import type { Output } from '../terminal/output.ts'
import type { MigrationsHere } from './migrations-here.ts'

const Manifest = z.object({
  scripts: z.record(z.string(), z.string()).catch({}),
  dependencies: z.record(z.string(), z.string()).catch({}),
  devDependencies: z.record(z.string(), z.string()).catch({}),
})

const tools = {
  Prisma: { dependency: 'prisma', pattern: /\bprisma\s+migrate\s+deploy\b/, words: ['prisma', 'migrate', 'deploy'] },
  Drizzle: { dependency: 'drizzle-kit', pattern: /\bdrizzle-kit\s+migrate\b/, words: ['drizzle-kit', 'migrate'] },
} as const

interface OwnCommand {
  cwd: string
  words: string[]
}

/**
 * How the repository itself applies its migrations: the script of the nearest package that does, else the tool's own command
 * where that package has the tool.
 */
async function ownCommand({ top, dir, tool }: Pick<MigrationsHere, 'top' | 'dir' | 'tool'>): Promise<OwnCommand> {
  if (tool === 'Supabase') throw new Error('Gantry applies these itself')
  const { dependency, pattern, words } = tools[tool]
  for (let folder = dirname(join(top, dir)); !relative(top, folder).startsWith('..'); folder = dirname(folder)) {
    const text = await readFile(join(folder, 'package.json'), 'utf8').catch(() => null)
    if (text === null) continue
    const { scripts, dependencies, devDependencies } = Manifest.parse(JSON.parse(text))
    const script = Object.keys(scripts).find(name => pattern.test(scripts[name] ?? ''))
    if (script !== undefined) return { cwd: folder, words: ['pnpm', 'run', script] }
    if (dependency in dependencies || dependency in devDependencies)
      return { cwd: folder, words: ['pnpm', 'exec', ...words] }
  }
  const what = `expected a package above ${dir} that depends on ${dependency}`
  throw new GantryError('MIGRATION_FAILED', `${what}, to run \`${words.join(' ')}\``, { dir })
}

/** @throws GantryError MIGRATION_FAILED when it ends with anything but 0 */
export async function runOwnTool(
  here: MigrationsHere,
  { url, host, output }: { url: string; host: Host; output: Output },
): Promise<void> {
  const { cwd, words } = await ownCommand(here)
  const [program = '', ...args] = words
  output.note(`${words.join(' ')}  (in ${relative(here.top, cwd) || '.'})`)
  const child = spawn(program, args, {
    cwd,
    env: { ...host.env, DATABASE_URL: url },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  for (const stream of [child.stdout, child.stderr]) stream.on('data', chunk => host.stderr.write(String(chunk)))
  const [code] = await once(child, 'close').catch(cause => {
    throw new GantryError('MIGRATION_FAILED', `${words.join(' ')} could not be started`, {}, { cause })
  })
  if (code !== 0) throw new GantryError('MIGRATION_FAILED', `${words.join(' ')} ended with ${code}`, { code })
}
