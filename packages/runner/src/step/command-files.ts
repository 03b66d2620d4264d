import { chownSync, lstatSync, mkdirSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { JobRuntime } from '../job/job-runtime.ts'
import { parseCommandFile } from './parse-command-file.ts'
import { addToPath, type StepOutput } from './step-output.ts'

const MAX_SUMMARY_BYTES = 1_048_576
let made = 0

/** The files through which a step speaks to its job, fresh for every step. */
export interface CommandFiles {
  folder: string
  env: Record<'GITHUB_ENV' | 'GITHUB_PATH' | 'GITHUB_OUTPUT' | 'GITHUB_STATE' | 'GITHUB_STEP_SUMMARY', string>
}

export function makeCommandFiles(job: JobRuntime): CommandFiles {
  const folder = join(job.folders.files, `step-${++made}`)
  mkdirSync(folder)
  const env = {
    GITHUB_ENV: join(folder, 'env'),
    GITHUB_PATH: join(folder, 'path'),
    GITHUB_OUTPUT: join(folder, 'output'),
    GITHUB_STATE: join(folder, 'state'),
    GITHUB_STEP_SUMMARY: join(folder, 'summary.md'),
  }
  for (const file of Object.values(env)) writeFileSync(file, '')
  // The folder last: from then on the job may put links there.
  const { user } = job
  if (user !== undefined) for (const path of [...Object.values(env), folder]) chownSync(path, user.uid, user.gid)
  return { folder, env }
}

/** Carries out what the step wrote. Throws, naming the file, when it cannot be understood. */
export function applyCommandFiles(job: JobRuntime, files: CommandFiles, output: StepOutput): void {
  try {
    for (const { name, value } of pairsOf(job, files, 'GITHUB_OUTPUT')) output.outputs[name] = value
    for (const { name, value } of pairsOf(job, files, 'GITHUB_STATE')) output.state[name] = value
    for (const path of textOf(job, files, 'GITHUB_PATH').split(/\r?\n/))
      if (path.trim() !== '') addToPath(job, path.trim())
    applySummary(job, files, output)
    for (const { name, value } of pairsOf(job, files, 'GITHUB_ENV')) {
      if (name.toUpperCase() === 'NODE_OPTIONS')
        throw new Error('GITHUB_ENV: expected any variable but NODE_OPTIONS, which GitHub refuses too')
      if (!/^(GITHUB|RUNNER)_/.test(name)) job.env[name] = value
    }
  } finally {
    rmSync(files.folder, { recursive: true, force: true })
  }
}

function applySummary(job: JobRuntime, files: CommandFiles, output: StepOutput): void {
  const path = files.env.GITHUB_STEP_SUMMARY
  const bytes = lstatSync(path, { throwIfNoEntry: false })?.size ?? 0
  if (bytes > MAX_SUMMARY_BYTES) {
    output.error(`expected a step summary of at most 1024 KiB, got ${Math.ceil(bytes / 1024)} KiB; it is dropped`)
    return
  }
  if (bytes === 0) return
  const text = job.masker.mask(textOf(job, files, 'GITHUB_STEP_SUMMARY'))
  job.job.summary = job.job.summary === undefined ? text : `${job.job.summary.replace(/\n?$/, '\n')}${text}`
}

function pairsOf(
  job: JobRuntime,
  files: CommandFiles,
  name: keyof CommandFiles['env'],
): { name: string; value: string }[] {
  try {
    return parseCommandFile(textOf(job, files, name))
  } catch (error) {
    throw new Error(`${name}: ${error instanceof Error ? error.message : error}`)
  }
}

function textOf(job: JobRuntime, files: CommandFiles, name: keyof CommandFiles['env']): string {
  const path = files.env[name]
  // The step removed its file; it said nothing then.
  if (lstatSync(path, { throwIfNoEntry: false }) === undefined) return ''
  return job.sight.readText(path)
}
