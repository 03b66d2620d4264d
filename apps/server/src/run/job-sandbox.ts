import { GantryError, type Sandbox } from '@gantry/core'
import { findSandbox, type SandboxWalls } from '@gantry/runner'
import type { Environment } from '../environment.ts'

/**
 * The sandbox that this server itself shuts in what others wrote: the config of a commit. Its runner has the like for jobs.
 * Undefined where there is none, or none is wanted, which is said.
 * @throws GantryError SANDBOX_MISSING when it is required
 */
export async function ownSandbox(
  { sandbox: wanted }: Pick<Environment, 'sandbox'>,
  walls: SandboxWalls,
  say: (line: string) => void,
  find: typeof findSandbox = findSandbox,
): Promise<Sandbox | undefined> {
  if (wanted === 'off') return undefined
  const found = await find(walls)
  if ('open' in found) return found
  if (wanted === 'required')
    throw new GantryError('SANDBOX_MISSING', `expected a sandbox for jobs, got ${found.missing}`)
  say(`note: jobs run without a sandbox and see what this account sees (${found.missing})`)
  return undefined
}
