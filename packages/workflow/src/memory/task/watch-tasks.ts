import { mkdirSync, realpathSync } from 'node:fs'
import { join } from 'node:path'
import type { StepSpec } from '../../file/workflow.ts'
import type { Frame } from '../../step/frame.ts'
import type { StepOutput } from '../../step/step-output.ts'
import { Desk } from './desk.ts'
import { ownShell } from './own-shell.ts'
import { StepTasks } from './step-tasks.ts'

/** Scripts of one step, restored where nothing they read has changed. */
export interface TaskWatch {
  /** Makes pnpm run scripts by way of us. Up to 10 it goes by the first, from 11 on by the second. */
  env: { npm_config_script_shell: string; pnpm_config_script_shell: string }
  /** The step is over: keeps what may be kept and says how many were restored. */
  end(): Promise<void>
}

/** Of a step that is about to start a process with `env`. Nothing where the job runs without memory or pnpm. */
export async function watchTasks(
  frame: Frame,
  env: Record<string, string>,
  commandFiles: readonly string[],
  output: StepOutput,
): Promise<TaskWatch | undefined> {
  const { job } = frame
  const { tasks } = job
  if (tasks === undefined || !tasks.files.has('pnpm-lock.yaml')) return undefined
  // Then nobody here knows which of the files people wrote.
  if (job.spec.steps.some(isOfOtherFiles)) return undefined
  const manifests = [...tasks.files.keys()].filter(path => /(^|\/)package\.json$/.test(path))
  const folders = manifests.map(path => path.slice(0, -'package.json'.length))
  const chosen = ownShell(tasks.tree.root, folders, env)
  if (chosen !== undefined) {
    output.log(`every script runs: ${chosen.replace(`${tasks.tree.root}/`, '')} says how scripts are run`)
    return undefined
  }
  const dir = join(realpathSync(job.folders.files), `tasks-${frame.number}-${Math.random().toString(36).slice(2)}`)
  mkdirSync(dir)
  const clerk = new StepTasks(frame, tasks, { dir, commandFiles, output })
  const desk = new Desk(join(dir, 'desk'), clerk)
  const shell = await desk.open()
  return {
    env: { npm_config_script_shell: shell, pnpm_config_script_shell: shell },
    end: async () => {
      desk.close()
      await clerk.end()
    },
  }
}

const isOfOtherFiles = ({ uses = '', with: given }: StepSpec): boolean =>
  /^actions\/checkout@/.test(uses) && ['ref', 'repository', 'path'].some(name => given[name] !== undefined)
