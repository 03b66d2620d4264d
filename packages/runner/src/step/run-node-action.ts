import { join } from 'node:path'
import type { LocalAction } from '@gantry/workflow'
import { evaluateCondition } from '@gantry/workflow'
import { applyCommandFiles, makeCommandFiles } from './command-files.ts'
import type { Frame } from './frame.ts'
import { runInProcess } from './run-in-process.ts'
import { stepEnv } from './step-env.ts'
import type { StepInProgress } from './step-in-progress.ts'
import { StepOutput } from './step-output.ts'

/** A JavaScript action, whatever Node it names, on the Node that runs Gantry. `post` runs when the job is over. */
export async function runNodeAction(
  frame: Frame,
  {
    uses,
    action,
    folder,
    inputs,
  }: { uses: string; action: LocalAction & { kind: 'node' }; folder: string; inputs: Record<string, string> },
  step: StepInProgress,
  output: StepOutput,
  signal: AbortSignal,
): Promise<number> {
  const own = {
    ...step.env,
    ...Object.fromEntries(
      Object.entries(inputs).map(([name, value]) => [`INPUT_${name.replaceAll(' ', '_').toUpperCase()}`, value]),
    ),
    GITHUB_ACTION_PATH: folder,
  }
  const cwd = frame.job.folders.workspace
  const call = (file: string, env: Record<string, string>) => ({
    command: process.execPath,
    args: [join(folder, file)],
    cwd,
    env,
  })
  const { post, pre } = action
  if (post !== undefined) {
    const run = async ({ number, signal: stop }: { number: number; signal: AbortSignal }): Promise<void> => {
      const after = new StepOutput(frame.job, number)
      const files = makeCommandFiles(frame.job)
      const state = Object.fromEntries(Object.entries(output.state).map(([name, value]) => [`STATE_${name}`, value]))
      const code = await runInProcess(frame, call(post, { ...stepEnv(frame, own, files.env), ...state }), after, stop)
      applyCommandFiles(frame.job, files, after)
      if (code !== 0) throw new Error(`Process completed with exit code ${code}.`)
    }
    frame.job.posts.push({ name: `Post Run ${uses}`, when: action.postIf ?? 'always()', run })
  }
  const env = stepEnv(frame, own, step.files.env)
  const isPreWanted = pre !== undefined && evaluateCondition(action.preIf ?? 'always()', step.scope)
  const code = !isPreWanted ? 0 : await runInProcess(frame, call(pre, env), output, signal)
  return code !== 0 ? code : runInProcess(frame, call(action.main, env), output, signal)
}
