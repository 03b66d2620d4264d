import type { JobState } from '@gantry/core'
import { githubContext } from '../context/github-context.ts'
import { jobStatus, jobsOf, needsContext, type Tolerated } from '../context/needs-context.ts'
import { evaluateNumber, evaluateSwitch } from '../expression/evaluate-tree.ts'
import type { Scope } from '../expression/expression.ts'
import type { JobSpec } from '../file/workflow.ts'
import type { Flight } from './flight.ts'

/** What expressions of a job itself may see, before it has steps. */
export function jobScope(flight: Flight, spec: JobSpec, job?: JobState): Scope {
  const { run, machine, workflow } = flight
  return {
    contexts: {
      github: () => ({ ...githubContext(run), job: spec.key }),
      inputs: run.inputs,
      vars: () => machine.vars(job?.environment),
      needs: () => needsOf(flight, spec),
      matrix: job?.matrix ?? {},
      strategy: () => indexOf(flight, spec, job),
    },
    status: jobStatus(spec, workflow, run, toleratedIn(flight), flight.isCancelled()),
  }
}

export function needsOf(flight: Flight, spec: JobSpec): Record<string, unknown> {
  return needsContext(spec, flight.run, toleratedIn(flight))
}

export function strategyOf(flight: Flight, spec: JobSpec, job: JobState, scope: Scope): Record<string, unknown> {
  return {
    ...indexOf(flight, spec, job),
    'fail-fast': spec.strategy === undefined ? true : evaluateSwitch(spec.strategy.failFast, scope),
    'max-parallel': maxParallelOf(flight, spec) ?? jobsOf(flight.run, spec.key).length,
  }
}

export function maxParallelOf(flight: Flight, spec: JobSpec): number | undefined {
  return evaluateNumber(spec.strategy?.maxParallel, jobScope(flight, spec))
}

/** Worked out again whenever it is asked, so that nothing but the run's state needs to be saved. */
export function toleratedIn(flight: Flight): Tolerated {
  return job => {
    const spec = flight.workflow.jobs.find(({ key }) => key === job.key)
    if (spec?.continueOnError === undefined) return false
    try {
      return evaluateSwitch(spec.continueOnError, jobScope(flight, spec, job))
    } catch {
      return false
    }
  }
}

function indexOf(flight: Flight, spec: JobSpec, job: JobState | undefined): Record<string, unknown> {
  const jobs = jobsOf(flight.run, spec.key)
  const at = jobs.findIndex(({ id }) => id === job?.id)
  return { 'job-index': Math.max(0, at), 'job-total': jobs.length }
}
