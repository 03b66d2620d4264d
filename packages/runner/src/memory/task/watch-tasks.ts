import { mkdirSync, realpathSync } from 'node:fs'
import { join } from 'node:path'
import type { StepSpec } from '@gantry/workflow'
import { trackingVariable } from '../../process/kill-leftovers.ts'
import type { Frame } from '../../step/frame.ts'
import type { StepOutput } from '../../step/step-output.ts'
import { Desk } from './desk.ts'
import { hasProcess } from './left-behind.ts'
import { ownShell } from './own-shell.ts'
import { programIn } from './restorable.ts'
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
  const chosen = ownShell(tasks.tree.root, folders, env)?.replace(`${tasks.tree.root}/`, '')
  const why = chosen === undefined ? whyMoreThanFiles(frame) : `${chosen} says how scripts are run`
  if (why !== undefined) {
    if (frame.job.spec.steps[frame.number - 1]?.run?.includes('pnpm')) output.log(`every script runs: ${why}`)
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

/** A server or a container of the job: what a script is told by that one is in no file. */
function whyMoreThanFiles({ job, number }: Frame): string | undefined {
  if (hasProcess(variable => variable === `${trackingVariable}=${job.trackingId}`))
    return 'a step before left a process'
  const program = programIn(
    job.spec.steps
      .slice(0, number)
      .map(({ run = '' }) => run)
      .join('\n')
      // What a step fetches is there or it fails; it leaves nothing that runs.
      .replaceAll(/\b(curl|wget)\b/g, ''),
  )
  return program === undefined ? undefined : `${program} in a step may do more than write files`
}
