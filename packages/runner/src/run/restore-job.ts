import { cp, mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import type { FinishedJob, JobAnswer, JobFacts, JobValues, LogLine } from '@gantry/core'
import { runArtifacts } from '../actions/artifact-store.ts'
import { type JobStart, runJob } from '../job/run-job.ts'
import { messageOf } from '../step/run-step.ts'

/** More output than that is not kept; the job runs again. */
const mostLines = 200_000

/**
 * Runs a job, unless it succeeded before with the same inputs: then it ends at once with what it left behind. Says the
 * reason either way. A cache that fails costs time and nothing else.
 */
export async function restoreOrRun(start: JobStart): Promise<void> {
  const { machine, job } = start
  const { cache } = machine
  if (cache === undefined || !mayBeRestored(start)) return runJob(start)
  try {
    const answer = await cache.recall(factsOf(start, await machine.valuesFor(job, start.run)))
    if (answer.kind === 'hit') {
      await restore(start, answer.job, answer.reason)
      return
    }
    machine.recalled?.(job.id, { isHit: false, reason: answer.reason })
    await runAndKeep(start, answer)
  } catch (error) {
    machine.recalled?.(job.id, { isHit: false, reason: `what was kept cannot be used: ${messageOf(error)}` })
    if (job.status !== 'completed') await runJob(start)
  }
}

/**
 * What reaches an environment acts on the world outside, and has to be done each time. Of submodules git knows the commit,
 * and not what lies in them.
 */
const mayBeRestored = ({ spec }: JobStart): boolean =>
  spec.environment === undefined && spec.steps.every(({ with: given }) => (given['submodules'] ?? 'false') === 'false')

function factsOf({ workflow, run, spec, job, machine, needs }: JobStart, values: JobValues): JobFacts {
  const { sha, ref, event, eventPayload, actor } = run
  return {
    job: `${workflow.path} ${job.id}`,
    definition: { spec, env: workflow.env, defaults: workflow.defaults },
    matrix: job.matrix ?? null,
    needs,
    inputs: run.inputs,
    settings: [values, machine.vars(), machine.stepEnv?.(job) ?? {}],
    env: machine.env,
    about: { sha, ref, event, eventPayload, actor },
  }
}

async function restore({ machine, run, job, changed }: JobStart, known: FinishedJob, reason: string): Promise<void> {
  const at = machine.now().toISOString()
  const folder = runArtifacts(machine.artifactsDir, run.id)
  await mkdir(folder, { recursive: true })
  for (const name of known.artifacts) {
    await cp(join(known.artifactsDir, name), join(folder, name), { recursive: true })
    await cp(join(known.artifactsDir, `${name}.json`), join(folder, `${name}.json`))
  }
  const { steps, outputs, annotations } = known
  const restored = { level: 'notice' as const, message: `restored: ${reason}` }
  Object.assign(job, { status: 'completed', conclusion: 'success', startedAt: at, completedAt: at, ...extrasOf(known) })
  Object.assign(job, { attempt: job.attempt + 1, steps, outputs, annotations: [...annotations, restored] })
  machine.recalled?.(job.id, { isHit: true, reason })
  machine.on({ kind: 'log', runId: run.id, jobId: job.id, lines: known.lines })
  changed()
}

async function runAndKeep(start: JobStart, { scripts, keep }: Extract<JobAnswer, { kind: 'miss' }>): Promise<void> {
  const { machine, run, job } = start
  const lines: LogLine[] = []
  const artifacts: string[] = []
  await runJob({
    ...start,
    scripts,
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
  const { steps, outputs, annotations } = structuredClone(job)
  const artifactsDir = runArtifacts(machine.artifactsDir, run.id)
  const left = { steps, outputs, annotations, lines, artifacts: [...new Set(artifacts)], artifactsDir }
  await keep({ ...left, ...extrasOf(job) })
}

const extrasOf = ({ summary, environmentUrl }: Pick<JobStart['job'], 'summary' | 'environmentUrl'>) => ({
  ...(summary === undefined ? {} : { summary }),
  ...(environmentUrl === undefined ? {} : { environmentUrl }),
})
