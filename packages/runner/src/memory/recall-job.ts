import { cp, mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import type { JobValues, LogLine } from '@gantry/core'
import { runArtifacts } from '../actions/artifact-store.ts'
import { type JobStart, runJob } from '../job/run-job.ts'
import { messageOf } from '../step/run-step.ts'
import { aboutRun, inputsOf } from './job-inputs.ts'
import type { JobInputs, JobMemory, RememberedJob } from './job-memory.ts'
import type { TaskFacts } from './task/job-tasks.ts'

/** More output than that is not remembered; the job runs again. */
const mostLines = 200_000

/**
 * Runs a job, unless it succeeded before with the same inputs: then it ends at once with what it left behind. Says the
 * reason either way. A memory that fails costs time and nothing else.
 */
export async function runJobOnce(start: JobStart): Promise<void> {
  const { machine, spec, job } = start
  const { memory, contents } = machine
  // What reaches an environment acts on the world outside, and has to be done each time.
  if (memory === undefined || contents === undefined || spec.environment !== undefined) return runJob(start)
  // Of submodules git knows the commit, and not what lies in them.
  if (spec.steps.some(({ with: given }) => (given['submodules'] ?? 'false') !== 'false')) return runJob(start)
  try {
    const files = await contents()
    const values = await machine.valuesFor(job, start.run)
    const inputs = inputsOf({ ...start, values }, files)
    const known = await memory.recall(inputs)
    if (known.kind === 'hit') await restore(start, known.job)
    else {
      machine.recalled?.(job.id, { isHit: false, reason: known.reason })
      await runAndKeep({ ...start, values }, inputs, memory, { files: files.files, about: inputs.parts[aboutRun] })
    }
  } catch (error) {
    machine.recalled?.(job.id, { isHit: false, reason: `what was remembered cannot be used: ${messageOf(error)}` })
    if (job.status !== 'completed') await runJob(start)
  }
}

async function restore({ machine, run, job, changed }: JobStart, known: RememberedJob): Promise<void> {
  const at = machine.now().toISOString()
  const folder = runArtifacts(machine.artifactsDir, run.id)
  await mkdir(folder, { recursive: true })
  for (const name of known.artifacts) {
    await cp(join(known.artifactsDir, name), join(folder, name), { recursive: true })
    await cp(join(known.artifactsDir, `${name}.json`), join(folder, `${name}.json`))
  }
  const { steps, outputs, annotations, summary, environmentUrl, rememberedAt } = known
  const reason = `nothing it reads has changed since ${rememberedAt}`
  const restored = { level: 'notice' as const, message: `restored: ${reason}` }
  const kept = {
    ...(summary === undefined ? {} : { summary }),
    ...(environmentUrl === undefined ? {} : { environmentUrl }),
  }
  Object.assign(job, { status: 'completed', conclusion: 'success', startedAt: at, completedAt: at, ...kept })
  Object.assign(job, { attempt: job.attempt + 1, steps, outputs, annotations: [...annotations, restored] })
  machine.recalled?.(job.id, { isHit: true, reason })
  machine.on({ kind: 'log', runId: run.id, jobId: job.id, lines: known.lines })
  changed()
}

async function runAndKeep(
  start: JobStart & { values: JobValues },
  inputs: JobInputs,
  memory: JobMemory,
  facts: Pick<TaskFacts, 'files' | 'about'>,
): Promise<void> {
  const { machine, run, job } = start
  let oldest: string | undefined
  const lines: LogLine[] = []
  const artifacts: string[] = []
  await runJob({
    ...start,
    remembered: {
      ...facts,
      memory: memory.tasks,
      guesses: machine.guessesReads ?? false,
      restoredOf: at => {
        oldest = oldest === undefined || at < oldest ? at : oldest
      },
    },
    machine: {
      ...machine,
      on(event) {
        if (event.kind === 'log' && lines.length <= mostLines) lines.push(...event.lines)
        return machine.on(event)
      },
      keptArtifact: name => void artifacts.push(name),
    },
  })
  if (job.conclusion !== 'success' || lines.length > mostLines) return
  // Somebody may have typed on while it ran: then nobody knows what it read.
  const after = await machine.contents?.(true)
  if (!after || inputsOf(start, after).parts['files'] !== inputs.parts['files']) return
  const { steps, outputs, annotations, summary, environmentUrl } = structuredClone(job)
  const optional = {
    ...(summary === undefined ? {} : { summary }),
    ...(environmentUrl === undefined ? {} : { environmentUrl }),
  }
  // It is no younger than what was restored in it: a week is a week from when something ran.
  const rememberedAt = oldest ?? machine.now().toISOString()
  const artifactsDir = runArtifacts(machine.artifactsDir, run.id)
  const left = { rememberedAt, steps, outputs, annotations, lines, artifacts: [...new Set(artifacts)], artifactsDir }
  await memory.keep(inputs, { ...left, ...optional })
}
