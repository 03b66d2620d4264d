import { existsSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { newestFirst, satisfiesRange } from '@gantry/workflow'
import { writeCommand } from '../home/job-commands.ts'
import type { Sight } from '../sandbox/sight.ts'
import { type ActionCall, defineAction } from './define-action.ts'
import { ownPnpm } from './own-pnpm.ts'
import { installTool, publishedVersions, type RegistryTool } from './registry-tool.ts'

const registryPnpm: RegistryTool = { name: 'pnpm', package: 'pnpm' }

/** The pnpm that Gantry itself depends on when it fits, without a download, else the one asked for. */
export const pnpmActionSetup = defineAction({
  uses: 'pnpm/action-setup',
  inputs: { version: '', run_install: 'false', package_json_file: 'package.json', dest: '~/setup-pnpm' },
  ignored: ['standalone', 'cache', 'cache_dependency_path'],
  run: async call => {
    const asked = askedPnpm(call)
    const { folder, version } = await pnpmFor(call, asked)
    const [dest = ''] = call.list('dest')
    const bin = join(resolve(call.workspace, dest), 'node_modules/.bin')
    for (const name of ['pnpm', 'pnpx', 'pn', 'pnx']) {
      if (existsSync(join(folder, name))) await writeCommand(join(bin, name), join(folder, name))
    }
    // What pnpm installs globally goes below PNPM_HOME; from 11 on its commands go into a folder of their own there.
    call.addPath(join(bin, 'bin'))
    call.addPath(bin)
    call.setEnv('PNPM_HOME', bin)
    call.setOutput('dest', resolve(call.workspace, dest))
    call.setOutput('bin_dest', bin)
    call.log(`pnpm ${version} is on PATH`)
    if (!['false', 'null', ''].includes(call.input('run_install'))) {
      const env = { PATH: `${bin}:${call.env.PATH ?? ''}`, PNPM_HOME: bin }
      const code = await call.exec(join(bin, 'pnpm'), ['install'], { env })
      if (code !== 0) throw new Error(`expected pnpm install to succeed, got exit code ${code}`)
    }
  },
})

/** Commits of v2.2.4, v2.4.0 and v3.0.0. */
const before4 = [
  'c3b53f6a16e57305370b4ae5a540c2077a1d50dd',
  'd882d12c64e032187b2edb46d3a0d003b7a43598',
  'a3252b78c470c02df07e9d59298aecedc3ccdd6d',
]

/** Up to v3 the input stands above `packageManager`; from v4 on they must agree. https://github.com/pnpm/action-setup/releases/tag/v4.0.0 */
function takesTheInput(ref: string): boolean {
  return /^v?[0-3](\.|$)/.test(ref) || before4.includes(ref.toLowerCase())
}

/** The input, `packageManager` or `devEngines`; two that differ are refused as by the action itself. */
function askedPnpm(call: ActionCall): string {
  const file = call.input('package_json_file')
  const manifest = manifestAt(resolve(call.workspace, file), call.sight)
  const version = call.input('version')
  const packageManager = textAt(manifest, 'packageManager')
  const named = packageManager?.replace(/^pnpm@/, '').replace(/\+.*$/, '')
  if (version !== '' && packageManager !== undefined && named !== version && !takesTheInput(call.ref)) {
    throw new Error(
      `Multiple versions of pnpm specified: version ${version} in the workflow with the key "version", version ${packageManager} in ${file} with the key "packageManager". Remove one of these versions to avoid version mismatch errors like ERR_PNPM_BAD_PM_VERSION`,
    )
  }
  if (version !== '') return version
  if (packageManager !== undefined && !packageManager.startsWith('pnpm@')) {
    throw new Error(`expected packageManager in ${file} to be pnpm@…, got "${packageManager}"`)
  }
  const asked = named ?? versionInDevEngines(manifest)
  if (asked === undefined) {
    throw new Error(
      `No pnpm version is specified. Specify it with the key "version" of the step, or with "packageManager" or "devEngines.packageManager" in ${file}`,
    )
  }
  return asked
}

function versionInDevEngines(manifest: unknown): string | undefined {
  const managers = [at(at(manifest, 'devEngines'), 'packageManager')].flat()
  const pnpm = managers.find(each => textAt(each, 'name') === 'pnpm')
  return pnpm === undefined ? undefined : (textAt(pnpm, 'version') ?? 'latest')
}

async function pnpmFor(call: ActionCall, asked: string): Promise<{ folder: string; version: string }> {
  const own = ownPnpm()
  const range = asked.replace(/^latest-/, '')
  if (satisfiesRange(range, own.version)) return own
  try {
    const isExact = /^\d+\.\d+\.\d+/.test(asked)
    const published = isExact ? [asked] : await publishedVersions(call, registryPnpm)
    const [version] = newestFirst(published.filter(each => isExact || satisfiesRange(range, each)))
    if (version === undefined) throw new Error('no such version is published')
    const folder = await installTool(call, registryPnpm, version)
    return { version, folder: join(folder, 'node_modules/.bin') }
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error)
    throw new Error(
      `expected pnpm ${asked}, got pnpm ${own.version} on this machine and none from the npm registry (${reason}); it is fetched once, with a network`,
      { cause: error },
    )
  }
}

function manifestAt(path: string, sight: Sight): unknown {
  return existsSync(path) ? JSON.parse(sight.readText(path)) : undefined
}

function textAt(value: unknown, key: string): string | undefined {
  const text = at(value, key)
  return typeof text === 'string' ? text : undefined
}

function at(value: unknown, key: string): unknown {
  return typeof value === 'object' && value !== null
    ? Object.entries(value).find(([name]) => name === key)?.[1]
    : undefined
}
