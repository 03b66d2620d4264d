import { existsSync } from 'node:fs'
import { join, relative, resolve } from 'node:path'
import type { StepState } from '@gantry/core'
import { evaluateTemplate, type LocalAction, readAction, toText } from '@gantry/workflow'
import type { Sight } from '../sandbox/sight.ts'
import type { Frame } from './frame.ts'
import { runNodeAction } from './run-node-action.ts'
import type { StepInProgress } from './step-in-progress.ts'
import { stepName } from './step-name.ts'
import type { StepOutput } from './step-output.ts'
import { stepScope } from './step-scope.ts'

/** GitHub's limit of composite actions inside each other. */
const MAX_DEPTH = 10

/** An action in the workspace: steps of its own, or a program for Node. */
export async function runLocalAction(
  frame: Frame,
  { uses, given }: { uses: string; given: Record<string, string> },
  step: StepInProgress,
  output: StepOutput,
  signal: AbortSignal,
): Promise<number> {
  const { workspace } = frame.job.folders
  const folder = resolve(workspace, uses)
  const action = actionIn(folder, workspace, frame.job.sight)
  if (action === undefined) {
    throw new Error(`expected an action.yml in ${uses}, got none; is there an actions/checkout step before it?`)
  }
  return runFrom(frame, { uses, given, folder, action }, step, output, signal)
}

/**
 * `$/path`: an action of the repository at the commit that runs, whatever is in the workspace; in an action of another
 * repository, one of that repository. https://github.com/actions/runner/pull/4457
 */
export async function runOwnAction(
  frame: Frame,
  { uses, given }: { uses: string; given: Record<string, string> },
  step: StepInProgress,
  output: StepOutput,
  signal: AbortSignal,
): Promise<number> {
  const other = frame.composite?.repository
  const root = other ?? (await frame.job.ownFiles())
  const folder = resolve(root, uses.slice(2))
  const action = actionIn(folder, root, frame.job.sight)
  if (action === undefined) throw new Error(`expected an action.yml in ${uses}, got none at the commit that runs`)
  const inside = other === undefined ? {} : { repository: other }
  return runFrom(frame, { uses, given, folder, action, ...inside }, step, output, signal)
}

function actionIn(folder: string, root: string, sight: Sight): LocalAction | undefined {
  const file = ['action.yml', 'action.yaml'].map(name => join(folder, name)).find(existsSync)
  return file === undefined ? undefined : readAction(relative(root, file), sight.readText(file))
}

/** An action of another repository, from where the machine keeps it. */
export async function runRemoteAction(
  frame: Frame,
  { uses, given }: { uses: string; given: Record<string, string> },
  step: StepInProgress,
  output: StepOutput,
  signal: AbortSignal,
): Promise<number> {
  const { remoteAction } = await import('../actions/remote/provide-actions.ts')
  return runFrom(frame, { uses, given, ...(await remoteAction(uses, frame.job.machine)) }, step, output, signal)
}

/** With `repository` for one of another repository. */
interface Found {
  folder: string
  repository?: string
  action: LocalAction
}

async function runFrom(
  frame: Frame,
  { uses, given, folder, action, repository }: Found & { uses: string; given: Record<string, string> },
  step: StepInProgress,
  output: StepOutput,
  signal: AbortSignal,
): Promise<number> {
  for (const name of Object.keys(given)) {
    if (!(name in action.inputs)) output.annotate('warning', `expected inputs of ${uses}, got "${name}"`)
  }
  const inputs = inputsOf(action, given, frame, step.env)
  if (action.kind === 'node') return runNodeAction(frame, { uses, action, folder, inputs }, step, output, signal)
  return runComposite(frame, action, { folder, inputs, repository }, step, output, signal)
}

async function runComposite(
  frame: Frame,
  action: LocalAction & { kind: 'composite' },
  { folder, inputs, repository }: { folder: string; inputs: Record<string, string>; repository: string | undefined },
  step: StepInProgress,
  output: StepOutput,
  signal: AbortSignal,
): Promise<number> {
  const depth = (frame.composite?.depth ?? 0) + 1
  if (depth > MAX_DEPTH) throw new Error(`expected composite actions at most ${MAX_DEPTH} deep, got more`)
  const ownEnv = Object.fromEntries(Object.entries(step.env).filter(([name, value]) => frame.job.env[name] !== value))
  const inner: Frame = {
    job: frame.job,
    results: {},
    inputs,
    number: frame.number,
    hasFailed: false,
    composite: {
      actionPath: folder,
      steps: action.steps,
      env: ownEnv,
      signal,
      depth,
      ...(repository === undefined ? {} : { repository }),
    },
  }
  for (const [i, spec] of action.steps.entries()) {
    if (signal.aborted) break
    const state: StepState = { number: i + 1, name: stepName(spec), status: 'queued' }
    if (spec.run !== undefined && spec.shell === undefined) {
      throw new Error(`expected every run step of a composite action to have "shell", got none in "${stepName(spec)}"`)
    }
    await step.runInside(inner, spec, state)
  }
  const scope = stepScope(inner, step.env)
  for (const [name, value] of Object.entries(action.outputs))
    output.outputs[name] = toText(evaluateTemplate(value, scope))
  // The step inside has said why already.
  if (inner.hasFailed) output.failure = 'a step of the action failed'
  return inner.hasFailed ? 1 : 0
}

function inputsOf(
  action: LocalAction,
  given: Record<string, string>,
  frame: Frame,
  env: Record<string, string>,
): Record<string, string> {
  const scope = stepScope(frame, env)
  return Object.fromEntries(
    Object.entries(action.inputs).map(([name, { default: usual }]) => [
      name,
      given[name] ?? (usual === undefined ? '' : toText(evaluateTemplate(usual, scope))),
    ]),
  )
}
