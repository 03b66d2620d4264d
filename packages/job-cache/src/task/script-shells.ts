import { mkdirSync, realpathSync } from 'node:fs'
import { join } from 'node:path'
import type { ScriptShell, ScriptShells, ScriptStep, WrittenStep } from '@gantry/core'
import { Desk } from './desk.ts'
import { type JobKnown, type JobTasks, jobTasks } from './job-tasks.ts'
import { hasProcess } from './left-behind.ts'
import { ownShell } from './own-shell.ts'
import { programIn } from './restorable.ts'
import { StepTasks } from './step-tasks.ts'

/** Makes pnpm run the scripts of a job's steps by way of us: those that did the same before are restored. */
export function scriptShells(known: JobKnown): ScriptShells {
  let tasks: JobTasks | undefined
  return {
    async open(step) {
      if (!known.files.has('pnpm-lock.yaml')) return undefined
      // Then nobody here knows which of the files people wrote.
      if (step.steps.some(isOfOtherFiles)) return undefined
      tasks ??= jobTasks(known, step.folders)
      const why = whyEveryScriptRuns(step, tasks)
      if (why === undefined) return await openShell(step, tasks)
      if (step.steps[step.number - 1]?.run?.includes('pnpm')) step.say(`every script runs: ${why}`)
      return undefined
    },
  }
}

const isOfOtherFiles = ({ uses = '', with: given }: WrittenStep): boolean =>
  /^actions\/checkout@/.test(uses) && ['ref', 'repository', 'path'].some(name => given[name] !== undefined)

function whyEveryScriptRuns(step: ScriptStep, { tree, files }: JobTasks): string | undefined {
  const manifests = [...files.keys()].filter(path => /(^|\/)package\.json$/.test(path))
  const folders = manifests.map(path => path.slice(0, -'package.json'.length))
  const chosen = ownShell(tree.root, folders, step.env)?.replace(`${tree.root}/`, '')
  return chosen === undefined ? whyMoreThanFiles(step) : `${chosen} says how scripts are run`
}

/** A server or a container of the job: what a script is told by that one is in no file. */
function whyMoreThanFiles({ steps, number, mark }: ScriptStep): string | undefined {
  // A checkout leaves none, and looking at every process of the machine takes long.
  const isFirst = steps.slice(0, number - 1).every(({ uses = '' }) => uses.startsWith('actions/checkout@'))
  if (!isFirst && hasProcess(variable => variable === mark)) return 'a step before left a process'
  const scripts = steps.slice(0, number).map(({ run = '' }) => run)
  // What a step fetches is there or it fails; it leaves nothing that runs.
  const program = programIn(scripts.join('\n').replaceAll(/\b(curl|wget)\b/g, ''))
  return program === undefined ? undefined : `${program} in a step may do more than write files`
}

async function openShell(step: ScriptStep, tasks: JobTasks): Promise<ScriptShell> {
  const dir = join(realpathSync(step.folders.files), `tasks-${step.number}-${Math.random().toString(36).slice(2)}`)
  mkdirSync(dir)
  const clerk = new StepTasks(step, tasks, dir)
  const desk = new Desk(join(dir, 'desk'), clerk)
  const shell = await desk.open()
  return {
    // pnpm up to 10 goes by the first, from 11 on by the second.
    env: { npm_config_script_shell: shell, pnpm_config_script_shell: shell },
    end: async () => {
      desk.close()
      await clerk.end()
    },
  }
}
