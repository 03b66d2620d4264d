import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { GantryError } from '@gantry/core'
import { didYouMean } from '@gantry/core/words'
import { type LocalAction, readAction } from '../../file/read-action.ts'
import type { Workflow } from '../../file/workflow.ts'
import { isBuiltIn, knownActions } from '../built-in-names.ts'
import { type ActionMachine, actionUrl, fetchAction, storedAction } from './action-store.ts'
import { parseRemoteUses } from './remote-uses.ts'

/** Composite actions inside each other, as on GitHub. */
const MAX_DEPTH = 10

/**
 * Sees to it that every action of other repositories is on this machine before a job starts, those inside composite
 * actions too: an action that is missing, or needs Docker, stops the run at its line and not in its middle.
 *
 * @throws GantryError ACTION_UNAVAILABLE, WORKFLOW_UNSUPPORTED, WORKFLOW_INVALID
 */
export async function provideActions(workflow: Workflow, machine: ActionMachine): Promise<void> {
  const steps = workflow.jobs.flatMap(job => job.steps)
  for (const step of steps) {
    if (step.uses === undefined || !isRemote(step.uses)) continue
    await provide(step.uses, `${workflow.path}:${step.at.line}:${step.at.column}: `, machine, 1)
  }
}

/** Neither built in nor in the workspace. */
export function isRemote(uses: string): boolean {
  return !/^(\.|\$\/)/.test(uses) && !uses.startsWith('docker://') && !isBuiltIn(uses)
}

/**
 * The folder of an action of another repository, and what its `action.yml` says.
 *
 * @throws GantryError that begins with `place` and says how to provide the action
 */
export async function remoteAction(uses: string, machine: ActionMachine, place = ''): Promise<RemoteAction> {
  return find(uses, machine).catch(error => {
    throw unavailable(uses, place, machine, error)
  })
}

interface RemoteAction {
  folder: string
  /** The whole of it: what `$/` means inside. */
  repository: string
  action: LocalAction
}

async function find(uses: string, machine: ActionMachine): Promise<RemoteAction> {
  const parsed = parseRemoteUses(uses)
  if (parsed === undefined) throw new Error(`expected an action as owner/name@version, got "${uses}"`)
  const repository = await fetchAction(machine, parsed)
  const folder = join(repository, parsed.path)
  const file = ['action.yml', 'action.yaml'].find(name => existsSync(join(folder, name)))
  if (file === undefined) throw new Error(`expected an action.yml in ${folder}, got none`)
  return { folder, repository, action: readAction(`${uses}/${file}`, readFileSync(join(folder, file), 'utf8')) }
}

async function provide(uses: string, place: string, machine: ActionMachine, depth: number): Promise<void> {
  if (depth > MAX_DEPTH) {
    throw new GantryError('ACTION_UNAVAILABLE', `${place}expected actions at most ${MAX_DEPTH} deep, got more`, {
      uses,
    })
  }
  const { action } = await remoteAction(uses, machine, place)
  if (action.kind !== 'composite') return
  for (const step of action.steps)
    if (step.uses !== undefined && isRemote(step.uses))
      await provide(step.uses, `${place}${uses}: `, machine, depth + 1)
}

function unavailable(uses: string, place: string, machine: ActionMachine, error: unknown): GantryError {
  if (error instanceof GantryError) return new GantryError(error.code, `${place}${error.message}`, { uses })
  const parsed = parseRemoteUses(uses)
  const reason = error instanceof Error ? error.message : String(error)
  const folder = parsed === undefined ? '' : storedAction(machine, parsed)
  const from = parsed === undefined ? '' : actionUrl(machine, parsed)
  const name = uses.split('@')[0] ?? uses
  return new GantryError(
    'ACTION_UNAVAILABLE',
    `${place}expected the action ${name} at ${parsed?.ref}, got none: it is not in ${folder}, and could not be fetched from ${from} (${reason})${didYouMean(name, knownActions)}`,
    { uses, folder, from },
  )
}
