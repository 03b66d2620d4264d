import { mkdir } from 'node:fs/promises'
import { join, resolve } from 'node:path'
import { GantryError, type Sandbox } from '@gantry/core'
import { actionsFolder, findSandbox } from '@gantry/runner'
import type { Environment } from '../environment.ts'
import type { ProjectFolders } from '../home/home.ts'

/** Gantry's own programs: a job that changed them would run as the server at its next start. */
const programs = resolve(import.meta.dirname, '../../../..')

/** What jobs use beside the folders of their project. */
export interface ForJobs {
  commands: string
  /** Of jobs, without a sandbox. */
  env: Record<string, string>
}

/**
 * The sandbox of this machine's jobs; undefined where there is none, or none is wanted, which is said.
 * @throws GantryError SANDBOX_MISSING when it is required
 */
export async function jobSandbox(
  { sandbox: wanted }: Pick<Environment, 'sandbox'>,
  folders: Pick<ProjectFolders, 'home' | 'toolCache' | 'actionsCache' | 'repository'>,
  { commands, env }: ForJobs,
  say: (line: string) => void,
  find: typeof findSandbox = findSandbox,
): Promise<Sandbox | undefined> {
  if (wanted === 'off') return undefined
  const actions = actionsFolder({ env })
  // What package managers keep; they check it by its hash.
  const downloads = join(folders.actionsCache, 'downloads')
  const needed = [folders.toolCache, downloads, actions]
  await Promise.all(needed.map(folder => mkdir(folder, { recursive: true })))
  const found = await find({
    hidden: [folders.home],
    shown: [folders.toolCache, folders.actionsCache, folders.repository, commands],
    changeable: [downloads],
    readOnly: [programs, actions],
  })
  if ('open' in found) return found
  if (wanted === 'required')
    throw new GantryError('SANDBOX_MISSING', `expected a sandbox for jobs, got ${found.missing}`)
  say(`note: jobs run without a sandbox and see what this account sees (${found.missing})`)
  return undefined
}
