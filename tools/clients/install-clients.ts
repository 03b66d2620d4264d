import { execFile } from 'node:child_process'
import { mkdir, readFile, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import type { Client } from './clients.ts'

/**
 * Installs all of them beside each other, in a folder of this machine: fifteen packages of seven years have no place in the lock
 * file that every install reads. Answers the folder.
 */
export async function installClients(clients: readonly Client[]): Promise<string> {
  const dir = join(tmpdir(), 'gantry-clients')
  await mkdir(dir, { recursive: true })
  const dependencies = Object.fromEntries(clients.map(({ alias, spec }) => [alias, `npm:${spec}`]))
  await writeFile(join(dir, 'package.json'), JSON.stringify({ name: 'clients', private: true, dependencies }))
  await promisify(execFile)('npm', ['install', '--no-audit', '--no-fund', '--prefer-offline'], { cwd: dir })
  return dir
}

export async function versionOf(dir: string, { alias }: Client): Promise<string> {
  return JSON.parse(await readFile(join(dir, 'node_modules', alias, 'package.json'), 'utf8')).version
}
