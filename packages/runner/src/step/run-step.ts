import { existsSync } from 'node:fs'
import { resolve } from 'node:path'
import type { StepState } from '@gantry/core'
import type { StepSpec } from '@gantry/workflow'
import {
  evaluateCondition,
  evaluateEnv,
  evaluateNumber,
  evaluateSwitch,
  evaluateTemplate,
  explainCondition,
  toText,
} from '@gantry/workflow'
import { actionId } from './action-id.ts'
import { applyCommandFiles, makeCommandFiles } from './command-files.ts'
import type { Frame } from './frame.ts'
import { runAction } from './run-action.ts'
import { runScript } from './run-script.ts'
import { stepEnv } from './step-env.ts'
import { guardStep, type StepGuard } from './step-guard.ts'
import { stepName } from './step-name.ts'
import { StepOutput } from './step-output.ts'
import type { StepResult } from './step-result.ts'
import { stepScope } from './step-scope.ts'

/** Runs one step if its `if` says so, and writes how it went into `state` and the `steps` context. */
export async function runStep(frame: Frame, spec: StepSpec, state: StepState): Promise<void> {
  const output = new StepOutput(frame.job, frame.number)
  frame.action = actionId(frame.composite?.steps ?? frame.job.spec.steps, state.number - 1)
  const env: Record<string, string> = { ...frame.job.env, ...frame.composite?.env }
  const isWanted = (): boolean => evaluateCondition(spec.if, stepScope(frame, env))
  let outcome: StepResult['outcome']
  try {
    Object.assign(env, evaluateEnv(spec.env, stepScope(frame, env)))
    const runs = isWanted()
    if (frame.composite === undefined) {
      const { job, machine } = frame.job
      machine.decided?.({ job: job.id, step: state.name, runs, why: explainCondition(spec.if, stepScope(frame, env)) })
    }
    if (!runs) {
      finishStep(frame, spec, state, output, 'skipped')
      return
    }
    const missing = spec.missing ?? (await missingInside(frame, spec))
    if (missing?.isReport) {
      omitStep(frame, spec, state, env, output, missing.reason)
      return
    }
    beginStep(frame, spec, state, env)
    outcome = await perform(frame, spec, state, env, output, isWanted)
  } catch (error) {
    output.error(messageOf(error))
    outcome = 'failure'
  }
  finishStep(frame, spec, state, output, outcome, outcome === 'failure' && isLetPass(frame, spec, env, output))
}

export function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error)
}

/** Says that a step is under way, under the name it has now. */
export function beginStep(frame: Frame, spec: StepSpec, state: StepState, env: Record<string, string>): void {
  state.status = 'in_progress'
  state.startedAt = frame.job.machine.now().toISOString()
  try {
    state.name = frame.job.masker.mask(toText(evaluateTemplate(stepName(spec), stepScope(frame, env))))
  } catch {
    // The name stays as written; what is wrong with it shows in the step itself.
  }
  if (frame.composite !== undefined) return
  frame.job.log.endStep(frame.number)
  frame.job.changed()
}

/** Of a composite action in the workspace nothing is known before its steps begin. */
async function missingInside({ composite, job }: Frame, spec: StepSpec): Promise<StepSpec['missing']> {
  const { uses } = spec
  if (composite === undefined || uses === undefined) return undefined
  const { isReport } = await import('../actions/remote/report-actions.ts')
  if (!isReport(uses, spec.with)) return undefined
  const { faultOf } = await import('../actions/remote/provide-actions.ts')
  const fault = await faultOf(uses, job.machine)
  return fault && { reason: fault.message, isReport: true }
}

/** It only tells others what was found, and cannot be had: the job goes on without it, and says so. */
function omitStep(
  frame: Frame,
  spec: StepSpec,
  state: StepState,
  env: Record<string, string>,
  output: StepOutput,
  reason: string,
): void {
  beginStep(frame, spec, state, env)
  const omitted = `${spec.uses} only reports, and is not on this machine`
  state.omitted = omitted
  const shown = frame.job.job.steps.find(({ number }) => number === frame.number)
  if (shown !== undefined) shown.omitted = omitted
  output.annotate('notice', `${state.name} is left out: ${omitted} (${reason})`)
  finishStep(frame, spec, state, output, 'skipped')
}

async function perform(
  frame: Frame,
  spec: StepSpec,
  state: StepState,
  env: Record<string, string>,
  output: StepOutput,
  isWanted: () => boolean,
): Promise<StepResult['outcome']> {
  const scope = stepScope(frame, env)
  const guard = guardStep(frame, evaluateNumber(spec.timeoutMinutes, scope), isWanted)
  const files = makeCommandFiles(frame.job)
  let exitCode = 0
  let problem: unknown
  try {
    const step = { scope, env, files, runInside: runStep }
    if (guard.signal.aborted) output.log('not started: its time was over before')
    else if (spec.missing !== undefined) throw new Error(spec.missing.reason)
    else if (spec.run === undefined) exitCode = await runAction(frame, spec, step, output, guard.signal)
    else exitCode = await runScript(frame, spec, step, output, guard.signal)
  } catch (error) {
    problem = error
  } finally {
    guard.release()
  }
  state.exitCode = exitCode
  problem = collect(frame, files, output) ?? problem
  const outcome = outcomeOf(guard, exitCode, problem, output)
  if (outcome === 'failure' && !isLetPass(frame, spec, env, output))
    await showFailure(frame, spec, state, stepEnv(frame, env, files.env))
  return outcome
}

/** Inside of a composite action the step that uses it is the one a person knows. */
async function showFailure(frame: Frame, spec: StepSpec, state: StepState, env: Record<string, string>): Promise<void> {
  const { job, composite } = frame
  // While a background step fails, others write on: nobody could look at it.
  if (composite !== undefined || frame.stopped !== undefined || job.machine.lookAtFailure === undefined) return
  job.log.flush()
  const given = spec.workingDirectory ?? job.spec.defaults.workingDirectory ?? job.workflow.defaults.workingDirectory
  const wanted = resolve(job.folders.workspace, given ?? '.')
  // An expression or a folder that is gone: the workspace is always there.
  const folder = existsSync(wanted) ? wanted : job.folders.workspace
  await job.machine.lookAtFailure({ job: job.job.id, step: state.name, folder, env })
}

function collect(frame: Frame, files: ReturnType<typeof makeCommandFiles>, output: StepOutput): unknown {
  try {
    applyCommandFiles(frame.job, files, output)
    return undefined
  } catch (error) {
    return error
  }
}

function outcomeOf(guard: StepGuard, exitCode: number, problem: unknown, output: StepOutput): StepResult['outcome'] {
  if (guard.stoppedBy === 'cancel') {
    output.error('The operation was cancelled.')
    return 'cancelled'
  }
  if (guard.stoppedBy === 'asked') {
    output.log('ended by a cancel step')
    return 'cancelled'
  }
  if (guard.stoppedBy === 'timeout') {
    output.error(`expected the step to end within ${guard.minutes} minutes, got no end; it was stopped`)
    return 'failure'
  }
  if (problem !== undefined) output.error(messageOf(problem))
  else if (exitCode !== 0 && output.failure === undefined) output.endedWith(exitCode)
  return problem !== undefined || exitCode !== 0 || output.failure !== undefined ? 'failure' : 'success'
}

export function isLetPass(frame: Frame, spec: StepSpec, env: Record<string, string>, output: StepOutput): boolean {
  try {
    return evaluateSwitch(spec.continueOnError, stepScope(frame, env))
  } catch (error) {
    output.error(messageOf(error))
    return false
  }
}

/** Writes how a step ended. */
export function finishStep(
  frame: Frame,
  spec: StepSpec,
  state: StepState,
  output: StepOutput,
  outcome: StepResult['outcome'],
  isLetPass = false,
): void {
  const conclusion = isLetPass ? 'success' : outcome
  const at = frame.job.machine.now().toISOString()
  Object.assign(state, { status: 'completed', outcome, conclusion, startedAt: state.startedAt ?? at, completedAt: at })
  if (conclusion === 'failure') frame.hasFailed = true
  if (spec.id !== undefined) frame.results[spec.id] = { outputs: output.outputs, outcome, conclusion }
  if (frame.composite !== undefined) return
  frame.job.log.endStep(frame.number)
  frame.job.changed()
}
