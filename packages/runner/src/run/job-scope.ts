import type { JobState } from '@gantry/core'
import type { JobSpec } from '@gantry/workflow'
import {
  evaluateNumber,
  evaluateSwitch,
  evaluateTemplate,
  githubContext,
  jobStatus,
  jobsOf,
  needsContext,
  type Scope,
  type Tolerated,
  toText,
} from '@gantry/workflow'
import type { Flight } from './flight.ts'

/** What expressions of a job itself may see, before it has steps. */
export function jobScope(flight: Flight, spec: JobSpec, job?: JobState): Scope {
  const { run, machine, workflow } = flight
  return {
    contexts: {
      github: () => ({ ...githubContext(run), job: localName(flight, spec.key, spec.key) }),
      inputs: flight.homes.get(spec.key)?.inputs ?? run.inputs,
      vars: () => machine.vars(),
      needs: () => needsOf(flight, spec),
      matrix: job?.matrix ?? {},
      strategy: () => indexOf(flight, spec, job),
    },
    status: jobStatus(spec, workflow, run, toleratedIn(flight), flight.isCancelled()),
  }
}

export function needsOf(flight: Flight, spec: JobSpec): Record<string, unknown> {
  const needs = needsContext(spec, flight.run, toleratedIn(flight))
  return Object.fromEntries(Object.entries(needs).map(([key, need]) => [localName(flight, spec.key, key), need]))
}

/** A key or id of the run as the workflow of job `key` itself knows it. */
export function localName({ homes }: Flight, key: string, name: string): string {
  return name.slice(homes.get(key)?.prefix.length ?? 0)
}

/** What is shown for a job, behind the name of the one that called it. Without a scope its name is not asked for. */
export function shownName(flight: Flight, spec: JobSpec, id: string, scope?: Scope): string {
  const written = scope === undefined || spec.name === undefined ? '' : toText(evaluateTemplate(spec.name, scope))
  const own = written || localName(flight, spec.key, id)
  const callerId = flight.homes.get(spec.key)?.caller.id
  if (callerId === undefined) return own
  return `${flight.run.jobs.find(job => job.id === callerId)?.name ?? callerId} / ${own}`
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
