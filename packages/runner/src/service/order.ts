import { JobState, type JobValues, RunState } from '@gantry/core'
import { evaluateTemplate, githubContext, type JobSpec, type Workflow } from '@gantry/workflow'
import * as z from 'zod'
import type { PlannedJob } from '../run/job-executor.ts'
import { labelsIn } from '../run/labels-in.ts'

/** A planned job as it travels to a runner. Its secrets travel apart, and are never kept. */
export interface JobOrder {
  workflow: Workflow
  /** Without its jobs, which are the server's to judge. */
  run: RunState
  spec: JobSpec
  job: JobState
  needs: Record<string, unknown>
  strategy: Record<string, unknown>
  vars: JobValues['vars']
  /** Lines that an attempt before this one said: its own are numbered from there on. */
  linesBefore: number
}

export function orderOf(planned: PlannedJob, vars: JobValues['vars'], linesBefore: number): JobOrder {
  const { workflow, run, spec, job, needs, strategy } = planned
  const { on: _, jobs: __, ...file } = workflow
  return structuredClone({
    // The job finds nothing of its siblings there.
    workflow: { ...file, on: [], jobs: [] },
    run: { ...run, jobs: [] },
    ...{ spec, job, needs, strategy, vars, linesBefore },
  })
}

/** What `runs-on` asks for, with what its expressions make of the matrix, the inputs and the like. */
export function labelsOf({ spec, run, job, needs }: PlannedJob, vars: JobValues['vars']): string[] {
  const contexts = {
    github: githubContext(run),
    inputs: run.inputs,
    matrix: job.matrix ?? {},
    needs,
    vars: vars.repository,
  }
  return (spec.runsOn ?? []).flatMap(written => labelsIn(evaluateTemplate(written, { contexts })))
}

const values = z.record(z.string(), z.unknown())
const texts = z.record(z.string(), z.string())
const Order = z.object({
  workflow: z.custom<Workflow>(value => typeof value === 'object' && value !== null && 'path' in value),
  run: RunState,
  spec: z.custom<JobSpec>(value => typeof value === 'object' && value !== null && 'steps' in value),
  job: JobState,
  needs: values,
  strategy: values,
  vars: z.object({ repository: texts, environment: texts }),
  linesBefore: z.int().default(0),
})

/** @throws when it is none, as when server and runner are of versions that do not fit */
export const readOrder = (body: Record<string, unknown>): JobOrder => Order.parse(body)
