import { execFile } from 'node:child_process'
import { promisify } from 'node:util'
import type { Command } from '@gantry/core'
import type { Frame } from '../step/frame.ts'
import { runInProcess, within } from '../step/run-in-process.ts'
import { stepEnv } from '../step/step-env.ts'
import type { StepInProgress } from '../step/step-in-progress.ts'
import { addToPath, StepOutput } from '../step/step-output.ts'
import type { ActionCall, BuiltInAction } from './define-action.ts'
import { deliver } from './deliver.ts'
import { builtInAction } from './index.ts'

/** Runs a built-in action as a step. */
export async function runBuiltIn(
  frame: Frame,
  { uses, given }: { uses: string; given: Record<string, string> },
  step: StepInProgress,
  output: StepOutput,
  signal: AbortSignal,
): Promise<void> {
  const action = builtInAction(uses)
  if (action === undefined) throw new Error(`expected a built-in or local action, got "${uses}"`)
  for (const name of Object.keys(given)) {
    if (!(name in action.inputs) && !action.ignored?.includes(name)) {
      output.annotate(
        'warning',
        `expected inputs among ${Object.keys(action.inputs).join(', ')} for ${uses}, got "${name}"`,
      )
    }
  }
  const env = { ...stepEnv(frame, step.env, step.files.env), ...apiUrl(frame, step.env) }
  await action.run(callOf(frame, action, { uses, given }, env, output, signal))
}

const askInside = (frame: Frame, call: Command) => {
  const { command, args, cwd, env } = within(frame, call)
  return promisify(execFile)(command, args, { cwd, env })
}

/** Steps cannot set GITHUB_ variables, but whoever runs the file may have another GitHub than github.com. */
function apiUrl({ job }: Frame, own: Record<string, string>): Record<string, string> {
  const settings = [own, job.ownSecrets, job.machine.stepEnv?.(job.job), job.machine.env]
  const url = settings.map(each => each?.GITHUB_API_URL).find(each => each !== undefined && each !== '')
  return url === undefined ? {} : { GITHUB_API_URL: url }
}

function callOf(
  frame: Frame,
  action: BuiltInAction,
  { uses, given }: { uses: string; given: Record<string, string> },
  env: Record<string, string>,
  output: StepOutput,
  signal: AbortSignal,
): ActionCall {
  const { job } = frame
  const input = (name: string): string => given[name] || (action.inputs[name] ?? '')
  return {
    ref: uses.slice(uses.lastIndexOf('@') + 1),
    input,
    list: name =>
      input(name)
        .split('\n')
        .map(line => line.trim().replace(/^(!?)~(?=\/|$)/, (_, not: string) => `${not}${env.HOME ?? '~'}`))
        .filter(line => line !== ''),
    isOn: name => input(name).toLowerCase() === 'true',
    run: job.run,
    attempt: job.job.attempt,
    workspace: job.folders.workspace,
    temp: job.folders.temp,
    folders: job.folders,
    sight: job.sight,
    isShutIn: job.cell !== undefined,
    machine: job.machine,
    env,
    signal,
    log: line => output.log(line),
    notice: message => output.annotate('notice', message),
    warning: message => output.annotate('warning', message),
    addMatchers: matchers => output.addMatchers(matchers),
    setOutput: (name, value) => {
      output.outputs[name] = value
    },
    addPath: folder => addToPath(job, folder),
    isFromJob: folder => job.path.includes(folder) || folder.startsWith(job.folders.root),
    isScriptedBefore(program) {
      const at = job.job.steps.findIndex(({ status }) => status === 'in_progress')
      return job.spec.steps.slice(0, Math.max(0, at)).some(({ run = '' }) => run.split(/\W+/).includes(program))
    },
    setEnv: (name, value) => {
      job.env[name] = value
    },
    token: job.secrets.GITHUB_TOKEN ?? '',
    fail: reason => {
      output.failure ??= reason
    },
    exec: (command, args, options = {}) =>
      runInProcess(
        frame,
        { command, args, cwd: options.cwd ?? job.folders.workspace, env: { ...env, ...options.env } },
        output,
        signal,
      ),
    ask: async (command, args) => (await askInside(frame, { command, args, cwd: job.folders.workspace, env })).stdout,
    deliver: (dest, fill) => deliver(job, dest, fill),
    afterJob: task => {
      const run = (post: { number: number; signal: AbortSignal }): Promise<void> => {
        const after = new StepOutput(job, post.number)
        return task(callOf({ ...frame, number: post.number }, action, { uses, given }, env, after, post.signal))
      }
      job.posts.push({ name: `Post Run ${uses}`, when: 'success()', run })
    },
  }
}
