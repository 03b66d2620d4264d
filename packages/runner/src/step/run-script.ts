import { rmSync, statSync, writeFileSync } from 'node:fs'
import { resolve } from 'node:path'
import type { ScriptShell } from '@gantry/core'
import type { StepSpec } from '@gantry/workflow'
import { evaluateTemplate, type Scope, toText } from '@gantry/workflow'
import { trackingVariable } from '../process/kill-leftovers.ts'
import type { CommandFiles } from './command-files.ts'
import type { Frame } from './frame.ts'
import { runInProcess } from './run-in-process.ts'
import { programOf, shellOf } from './shell.ts'
import { stepEnv } from './step-env.ts'
import { addToPath, type StepOutput } from './step-output.ts'

/** `run:`. The script becomes a file, the shell runs it; exit code 0 is success. */
export async function runScript(
  frame: Frame,
  spec: StepSpec,
  step: { scope: Scope; env: Record<string, string>; files: CommandFiles },
  output: StepOutput,
  signal: AbortSignal,
): Promise<number> {
  const { job } = frame
  const text = (template: string | undefined): string | undefined =>
    template === undefined ? undefined : toText(evaluateTemplate(template, step.scope))
  const defaults = frame.composite === undefined ? { ...job.workflow.defaults, ...job.spec.defaults } : {}
  const shellName = text(spec.shell ?? defaults.shell)
  const shell = shellOf(shellName)
  const script = text(spec.run) ?? ''
  const path = `${step.files.folder}-script${shell.extension}`
  writeFileSync(path, script.endsWith('\n') ? script : `${script}\n`)
  const args = shell.args.map(arg => arg.replaceAll('{0}', path))
  const cwd = resolve(job.folders.workspace, text(spec.workingDirectory ?? defaults.workingDirectory) ?? '.')
  if (!statSync(cwd, { throwIfNoEntry: false })?.isDirectory()) {
    throw new Error(`expected working-directory to be a folder, got "${cwd}"`)
  }
  describeScript(output, script, [shell.command, ...shell.args].join(' '))
  if (await hasOwnPnpm(frame, script, output)) return 0
  const env = stepEnv(frame, step.env, step.files.env)
  const scriptShell = await openScriptShell(frame, env, step.files.env, output)
  try {
    const call = { command: programOf(shell.command, env['PATH']), args, cwd, env: { ...env, ...scriptShell?.env } }
    return await runInProcess(frame, call, output, signal)
  } finally {
    await scriptShell?.end()
    rmSync(path, { force: true })
  }
}

async function openScriptShell(
  { job, number }: Frame,
  env: Record<string, string>,
  files: Record<string, string>,
  output: StepOutput,
): Promise<ScriptShell | undefined> {
  const { GITHUB_STEP_SUMMARY: _, ...answers } = files
  try {
    return await job.scripts?.open({
      jobId: job.job.id,
      number,
      steps: job.spec.steps,
      outcomes: job.job.steps.map(({ outcome }) => outcome),
      folders: { ...job.folders, extraPath: job.machine.extraPath },
      env,
      commandFiles: Object.values(answers),
      mark: `${trackingVariable}=${job.trackingId}`,
      say: line => output.log(line),
      holdsSecret: text => job.masker.mask(text) !== text,
      told: task => job.machine.recalledTask?.(job.job.id, task),
    })
  } catch (error) {
    output.log(`every script runs: ${error instanceof Error ? error.message : error}`)
    return undefined
  }
}

/** Puts Gantry's own pnpm on PATH instead of running npm, when that is all the script is for. */
async function hasOwnPnpm(frame: Frame, script: string, output: StepOutput): Promise<boolean> {
  if (!script.startsWith('npm ')) return false
  const { pnpmInsteadOf } = await import('../actions/own-pnpm.ts')
  const own = pnpmInsteadOf(script)
  if (own === undefined) return false
  addToPath(frame.job, own.folder)
  output.log(`pnpm ${own.version} is here already (Gantry's own); npm is not asked`)
  return true
}

/** The folded head GitHub shows over a script's output. */
function describeScript(output: StepOutput, script: string, shell: string): void {
  const lines = script.trimEnd().split('\n')
  output.log(`##[group]Run ${lines[0] ?? ''}`)
  for (const line of lines) output.log(line)
  output.log(`shell: ${shell}`)
  output.log('##[endgroup]')
}
