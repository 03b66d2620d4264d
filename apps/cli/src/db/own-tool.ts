import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import { GantryError } from '@gantry/core'
import type { Host } from '../host.ts'
import type { Output } from '../terminal/output.ts'
import type { MigrationsHere } from './migrations-here.ts'

/**
 * Has the repository's own command apply its migrations.
 * @param connection kept open by the command, so that the lock lasts as long as it works, whatever becomes of this process
 * @throws GantryError MIGRATION_FAILED when it ends with anything but 0, and where there is none
 */
export async function runOwnTool(
  { top, dir, tool, command }: MigrationsHere,
  { url, host, output, connection }: { url: string; host: Host; output: Output; connection: number | null },
): Promise<void> {
  if (command === null) {
    const what = `expected a package above ${dir} that depends on ${tool === 'Prisma' ? 'prisma' : 'drizzle-kit'}`
    throw new GantryError('MIGRATION_FAILED', `${what}, or a script that applies them`, { dir })
  }
  const [program = '', ...args] = command.words
  const line = command.words.join(' ')
  output.note(`${line}  (in ${command.dir})`)
  const child = spawn(program, args, {
    cwd: join(top, command.dir),
    env: { ...host.env, DATABASE_URL: url },
    stdio: ['ignore', 'pipe', 'pipe', ...(connection === null ? [] : [connection])],
  })
  for (const stream of [child.stdout, child.stderr]) stream?.on('data', chunk => host.stderr.write(String(chunk)))
  const [code] = await once(child, 'close').catch(cause => {
    throw new GantryError('MIGRATION_FAILED', `${line} could not be started`, {}, { cause })
  })
  if (code !== 0) throw new GantryError('MIGRATION_FAILED', `${line} ended with ${code}`, { code })
}
