import { execFile } from 'node:child_process'
import { randomUUID } from 'node:crypto'
import { existsSync } from 'node:fs'
import { mkdir, rename, rm, writeFile } from 'node:fs/promises'
import { arch } from 'node:os'
import { delimiter, join } from 'node:path'
import { promisify } from 'node:util'
import type { ActionCall } from './define-action.ts'
import { ownPnpm } from './own-pnpm.ts'

const run = promisify(execFile)

/** A program that comes as a package of the npm registry, kept in the tool folder of the machine for every later job. */
export interface RegistryTool {
  /** Its folder there: `node`, `pnpm`. */
  name: string
  package: string
}

/** The folder of one version, fetched if this machine does not have it yet. */
export async function installTool(call: ActionCall, tool: RegistryTool, version: string): Promise<string> {
  const folder = toolFolder(call, tool, version)
  if (existsSync(folder)) return folder
  const staging = join(call.machine.toolDir, `.${randomUUID()}`)
  await mkdir(staging, { recursive: true })
  try {
    await writeFile(join(staging, 'package.json'), '{"private":true}')
    const scripts = { pnpm_config_dangerously_allow_all_builds: 'true' }
    await pnpm(call, ['add', '--save-exact', `${tool.package}@${version}`], staging, scripts)
    await rm(join(staging, 'pnpm-workspace.yaml'), { force: true })
    await mkdir(join(folder, '..'), { recursive: true })
    // Another run may have been faster: its folder is as good.
    await rename(staging, folder).catch((error: unknown) => {
      if (!existsSync(folder)) throw error
    })
  } finally {
    await rm(staging, { recursive: true, force: true })
  }
  return folder
}

export function toolFolder({ machine }: ActionCall, { name }: RegistryTool, version: string): string {
  return join(machine.toolDir, name, version, arch())
}

/** Every version the registry has, prereleases left out. */
export async function publishedVersions(call: ActionCall, tool: RegistryTool): Promise<string[]> {
  await mkdir(call.machine.toolDir, { recursive: true })
  const told: unknown = JSON.parse(await pnpm(call, ['view', tool.package, 'versions', '--json'], call.machine.toolDir))
  return (Array.isArray(told) ? told : [told]).map(String).filter(version => /^\d+\.\d+\.\d+$/.test(version))
}

/** The registry and proxies of the machine apply; the project's own settings do not, they may name another pnpm. */
async function pnpm(
  call: ActionCall,
  args: string[],
  cwd: string,
  settings: Record<string, string> = {},
): Promise<string> {
  const { env: own, extraPath } = call.machine
  const registry = own.npm_config_registry
  // Nothing of the job: what is fetched is for every job, and pnpm runs outside of its sandbox.
  const env = {
    ...own,
    PATH: [...extraPath, own.PATH ?? '/usr/local/bin:/usr/bin:/bin'].join(delimiter),
    pnpm_config_fetch_retries: '1',
    pnpm_config_fetch_retry_mintimeout: '500',
    pnpm_config_ignore_workspace: 'true',
    // A version somebody asked for by name is wanted on the day it comes out.
    pnpm_config_minimum_release_age: '0',
    ...(registry === undefined ? {} : { pnpm_config_registry: registry }),
    ...settings,
  }
  try {
    const { stdout } = await run(join(ownPnpm().folder, 'pnpm'), args, { cwd, env, signal: call.signal })
    return stdout
  } catch (error) {
    throw new Error(reasonOf(error), { cause: error })
  }
}

/** pnpm frames what it says; the words are enough. */
function reasonOf(error: unknown): string {
  const said = error instanceof Error ? `${textAt(error, 'stdout')}\n${textAt(error, 'stderr')}` : ''
  const words = said
    .replace(/^Error: \S+$/m, '')
    .replace(/[×│├╰─▶]/g, ' ')
    .replace(/\s+/g, ' ')
    .trim()
  return words === '' ? String(error) : words.slice(0, 400)
}

function textAt(error: Error, name: 'stdout' | 'stderr'): string {
  const text: unknown = Object.entries(error).find(([key]) => key === name)?.[1]
  return typeof text === 'string' ? text : ''
}
