import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { GantryError } from '@gantry/core/errors'
import { didYouMean } from '@gantry/core/words'
import type { Workflow } from '@gantry/workflow'
import { type LocalAction, parseRemoteUses, readAction } from '@gantry/workflow'
import { isBuiltIn, knownActions } from '../built-in-names.ts'
import { type ActionMachine, actionUrl, fetchAction, storedAction } from './action-store.ts'
import type { MissingAction } from './missing-action.ts'
import { isReport } from './report-actions.ts'

/** Composite actions inside each other, as on GitHub. */
const MAX_DEPTH = 10

/**
 * Sees to it that the actions of other repositories are on this machine before a job starts, those inside composite
 * actions too, and says which are not: missing, or in need of Docker. Each is tried once.
 */
export async function provideActions(workflow: Workflow, machine: ActionMachine): Promise<MissingAction[]> {
  const missing: MissingAction[] = []
  const tried = new Map<string, Promise<GantryError | undefined>>()
  for (const job of workflow.jobs) {
    for (const [index, step] of job.steps.entries()) {
      const { uses, at } = step
      if (uses === undefined || !isRemote(uses)) continue
      const fault = await (tried.get(uses) ?? remember(tried, uses, faultOf(uses, machine)))
      if (fault === undefined) continue
      const place = `${workflow.path}:${at.line}:${at.column}: `
      const error = new GantryError(fault.code, `${place}${fault.message}`, fault.facts)
      const name = step.name ?? `Run ${uses}`
      missing.push({
        job: job.key,
        step: index,
        path: workflow.path,
        name,
        uses,
        isReport: isReport(uses, step.with),
        error,
      })
    }
  }
  return missing
}

function remember<Value>(map: Map<string, Value>, key: string, value: Value): Value {
  map.set(key, value)
  return value
}

/** What keeps an action from being used here; a fault that is no answer about the action is thrown. */
export async function faultOf(uses: string, machine: ActionMachine): Promise<GantryError | undefined> {
  try {
    await provide(uses, '', machine, 1)
    return undefined
  } catch (error) {
    if (error instanceof GantryError) return error
    throw error
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
