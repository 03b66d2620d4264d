import { execFile } from 'node:child_process'
import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'

const run = promisify(execFile)

/** What some of them ask their program to have, beside themselves. */
const peers = { next: '16.4.6', react: '19.3.1', 'react-dom': '19.3.1', pino: '10.4.0', winston: '3.19.0' }

/**
 * Installs packages of npm beside each other, in a folder of this machine: forty packages of ten years have no place in the lock
 * file that every install reads. Answers the folder.
 */
export async function installFromNpm(packages: readonly { alias: string; spec: string }[]): Promise<string> {
  const dir = join(tmpdir(), 'gantry-clients')
  await mkdir(dir, { recursive: true })
  const aliases = Object.fromEntries(packages.map(({ alias, spec }) => [alias, `npm:${spec}`]))
  const manifest = { name: 'clients', private: true, dependencies: { ...peers, ...aliases } }
  await writeFile(join(dir, 'package.json'), JSON.stringify(manifest))
  // Each major would have another React and Next.
  const flags = ['--no-audit', '--no-fund', '--prefer-offline', '--legacy-peer-deps']
  await run('npm', ['install', ...flags], { cwd: dir, maxBuffer: 64 * 1024 * 1024 })
  return dir
}

export async function versionOf(dir: string, alias: string): Promise<string> {
  return JSON.parse(await readFile(join(dir, 'node_modules', alias, 'package.json'), 'utf8')).version
}

/** Unpacks packages of Debian, with what they need and this machine has not, into a folder. Nothing of the machine is changed. */
export async function unpackFromDebian(packages: readonly string[]): Promise<string> {
  const dir = join(tmpdir(), 'gantry-clients-debian')
  await mkdir(dir, { recursive: true })
  const simulated = await run('apt-get', ['install', '--simulate', '--no-install-recommends', ...packages], {
    cwd: dir,
  })
  const names = [...simulated.stdout.matchAll(/^Inst (\S+)/gm)].flatMap(([, name]) => name ?? [])
  const have = await readdir(dir)
  const missing = names.filter(name => !have.some(file => file.startsWith(`${name}_`)))
  if (missing.length > 0) await run('apt-get', ['download', ...missing], { cwd: dir })
  const unpacked = new Set(have.filter(name => name.endsWith('.unpacked')))
  for (const file of (await readdir(dir)).filter(name => name.endsWith('.deb') && !unpacked.has(`${name}.unpacked`))) {
    await run('dpkg', ['--extract', file, 'root'], { cwd: dir })
    await writeFile(join(dir, `${file}.unpacked`), '')
  }
  return join(dir, 'root')
}

/** `1.9.10` of `python3-sentry-sdk_1.9.10-2+deb12u1_all.deb`. */
export async function versionInDebian(root: string, name: string): Promise<string> {
  const file = (await readdir(join(root, '..'))).find(one => one.startsWith(`${name}_`)) ?? ''
  return /_(?:\d+%3a)?([^-_+]+)/.exec(file)?.[1] ?? 'of this machine'
}
