import { createHash } from 'node:crypto'
import type { JobState, JobValues, RunState } from '@gantry/core'
import type { JobSpec, Workflow } from '@gantry/workflow'
import type { Machine } from '../run/machine.ts'
import type { Contents } from '../source/contents-of.ts'
import type { JobInputs } from './job-memory.ts'

/** To be raised when the runner does something else with the same file. */
export const runnerVersion = 2

/** Name of the part that is there when the run itself is read, and not only its files. */
export const aboutRun = 'the commit, branch or event'
/** What speaks of the run itself and not only of its files. That nothing does proves little: `git log` tells it as well. */
const speaksOfRun =
  /github\.(?!token|workspace|job|action|server_url|api_url)|GITHUB_(SHA|REF|RUN|HEAD|BASE|EVENT|ACTOR)/

export function inputsOf(
  {
    workflow,
    run,
    spec,
    job,
    machine,
    needs,
    values,
  }: {
    workflow: Workflow
    run: RunState
    spec: JobSpec
    job: JobState
    machine: Machine
    needs: Record<string, unknown>
    values: JobValues
  },
  { files, isAboutRun, refs }: Contents,
): JobInputs {
  const definition = stable({ spec, env: workflow.env, defaults: workflow.defaults })
  const about = !machine.guessesReads || isAboutRun || speaksOfRun.test(definition)
  const { sha, ref, event, eventPayload, actor } = run
  return {
    job: `${workflow.path} ${job.id}`,
    files,
    parts: {
      files: hash([...files].map(([path, id]) => `${id} ${path}`).join('\n')),
      'its definition': hash(definition),
      'its matrix values': hash(stable(job.matrix ?? null)),
      'a job it needs': hash(stable(needs)),
      'the inputs of the run': hash(stable(run.inputs)),
      'a secret or variable': hash(stable([values, machine.vars(), machine.stepEnv?.(job) ?? {}])),
      'the environment of this machine': hash(stable(machine.env)),
      'Node, the platform or the runner': hash(
        `${process.version} ${process.platform} ${process.arch} ${runnerVersion}`,
      ),
      ...(about ? { [aboutRun]: hash(stable({ sha, ref, event, eventPayload, actor, refs })) } : {}),
    },
  }
}

const hash = (text: string): string => createHash('sha256').update(text).digest('hex')

/** JSON with sorted keys, without positions: moving a job down the file changes nothing. */
export function stable(value: unknown): string {
  return JSON.stringify(value, (key, inner: unknown) => {
    if (key === 'at') return undefined
    if (inner === null || typeof inner !== 'object' || Array.isArray(inner)) return inner
    return Object.fromEntries(Object.entries(inner).sort(([a], [b]) => (a < b ? -1 : 1)))
  })
}
