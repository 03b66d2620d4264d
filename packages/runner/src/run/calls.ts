import type { Conclusion, JobState, JobValues } from '@gantry/core'
import type { Call, JobSpec } from '@gantry/workflow'
import {
  callInputs,
  callOutputs,
  evaluateTree,
  githubContext,
  jobsOf,
  planJob,
  resultOf,
  type Scope,
  toText,
} from '@gantry/workflow'
import { messageOf } from '../step/run-step.ts'
import { endJob, type Flight, type Home, reportJob, reportRun } from './flight.ts'
import { jobScope, localName, shownName, toleratedIn } from './job-scope.ts'

/** Lets a job that calls a workflow begin: the called jobs join the run behind it. Answers whether anything changed. */
export function enterCall(flight: Flight, job: JobState): boolean {
  const spec = flight.workflow.jobs.find(({ key }) => key === job.key)
  if (spec?.call === undefined) return false
  Object.assign(job, { status: 'in_progress', startedAt: flight.machine.now().toISOString(), attempt: job.attempt + 1 })
  try {
    const home = join(flight, spec, spec.call, job)
    addJobs(flight, spec, home, job)
  } catch (error) {
    endJob(flight, job, 'failure', messageOf(error))
    return true
  }
  reportRun(flight)
  reportJob(flight, job)
  return true
}

/** Ends a job that called a workflow when all its jobs are done: with their result, and the outputs of the workflow. */
export function settleCall(flight: Flight, job: JobState): boolean {
  const home = homeBelow(flight, job)
  if (home === undefined || job.status !== 'in_progress') return false
  const jobs = calledJobs(flight, job)
  if (jobs.some(({ status }) => status !== 'completed')) return false
  try {
    job.outputs = callOutputs(home.workflow, outputScope(flight, home))
  } catch (error) {
    endJob(flight, job, 'failure', messageOf(error))
    return true
  }
  const conclusion = resultTogether(flight, jobs)
  Object.assign(job, { status: 'completed', conclusion, completedAt: flight.machine.now().toISOString() })
  reportJob(flight, job)
  return true
}

/** Takes up calls that had begun when the process died. One that cannot be taken up fails, and its jobs with it. */
export function rejoinCalls(flight: Flight): void {
  // The list grows while it is walked: called workflows may call others.
  for (const spec of flight.workflow.jobs) {
    if (spec.call === undefined) continue
    for (const job of jobsOf(flight.run, spec.key)) {
      if (!flight.run.jobs.some(({ key }) => key.startsWith(prefixOf(job)))) continue
      try {
        join(flight, spec, spec.call, job)
        if (job.status === 'queued') job.status = 'in_progress'
      } catch (error) {
        endJob(flight, job, 'failure', messageOf(error))
      }
    }
  }
}

/** The jobs of the workflow a job has called, without those that they called in turn. */
export function calledJobs(flight: Flight, { id }: JobState): JobState[] {
  return flight.run.jobs.filter(({ key }) => flight.homes.get(key)?.caller.id === id)
}

/** A called workflow sees the secrets it is given, those of its jobs' own environments, and the token. */
export async function valuesOf(flight: Flight, spec: JobSpec, job: JobState): Promise<JobValues> {
  const { secrets, vars } = await flight.machine.valuesFor(structuredClone(job), structuredClone(flight.run))
  return { secrets: { ...secrets, repository: secretsOf(flight, spec, secrets.repository) }, vars }
}

/** What job `spec` sees of the secrets of the repository. */
function secretsOf(flight: Flight, spec: JobSpec, repository: Record<string, string>): Record<string, string> {
  const { homes, run } = flight
  const home = homes.get(spec.key)
  const call = home?.caller.spec.call
  if (home === undefined || call === undefined) return repository
  const ofCaller = secretsOf(flight, home.caller.spec, repository)
  if (call.secrets === 'inherit') return ofCaller
  const caller = run.jobs.find(({ id }) => id === home.caller.id)
  const outer = jobScope(flight, home.caller.spec, caller)
  const secrets = () => ({ GITHUB_TOKEN: '', ...ofCaller })
  const scope: Scope = { ...outer, contexts: { ...outer.contexts, secrets } }
  const given = call.secrets.map(({ name, value }) => [name, toText(evaluateTree(value, scope))])
  const token = Object.entries(repository).filter(([name]) => name === 'GITHUB_TOKEN')
  return Object.fromEntries([...given.filter(([, value]) => value !== ''), ...token])
}

const prefixOf = ({ id }: Pick<JobState, 'id'>): string => `${id} / `

function join(flight: Flight, spec: JobSpec, call: Call, job: JobState): Home {
  const called = flight.called.get(call.path)
  if (called === undefined) throw new Error(`expected ${call.path} to be read before it is called, got nothing`)
  const caller = flight.homes.get(spec.key)?.workflow ?? flight.workflow
  const inputs = callInputs(caller, call, called, jobScope(flight, spec, job))
  const home: Home = { prefix: prefixOf(job), workflow: called, inputs, caller: { spec, id: job.id } }
  const specs = called.jobs.map(each => ({
    ...each,
    key: home.prefix + each.key,
    needs: each.needs.map(need => home.prefix + need),
  }))
  for (const { key } of specs) flight.homes.set(key, home)
  const { jobs } = flight.workflow
  jobs.splice(jobs.indexOf(spec) + 1, 0, ...specs)
  return home
}

/** Those without needs of their own wait for what their caller waited for. */
function addJobs(flight: Flight, spec: JobSpec, home: Home, caller: JobState): void {
  const { run, workflow, homes } = flight
  const specs = workflow.jobs.filter(({ key }) => homes.get(key) === home)
  const jobs = specs.flatMap(each => {
    const scope: Scope = { contexts: { github: githubContext(run), inputs: home.inputs } }
    return planJob(each, scope, caller.createdAt).map(job => ({
      ...job,
      name: shownName(flight, each, job.id),
      needs: job.needs.length > 0 ? job.needs : spec.needs,
    }))
  })
  run.jobs.splice(run.jobs.indexOf(caller) + 1, 0, ...jobs)
}

function homeBelow(flight: Flight, { id }: JobState): Home | undefined {
  return [...flight.homes.values()].find(({ caller }) => caller.id === id)
}

function outputScope(flight: Flight, home: Home): Scope {
  const { run, machine, workflow, homes } = flight
  const keys = workflow.jobs.map(({ key }) => key).filter(key => homes.get(key) === home)
  const jobs = keys.map(key => {
    const legs = jobsOf(run, key).toSorted((a, b) => (a.completedAt ?? '').localeCompare(b.completedAt ?? ''))
    const result = resultOf(run, key, toleratedIn(flight))
    return [localName(flight, key, key), { result, outputs: Object.assign({}, ...legs.map(leg => leg.outputs)) }]
  })
  const vars = () => machine.vars()
  return { contexts: { github: githubContext(run), inputs: home.inputs, vars, jobs: Object.fromEntries(jobs) } }
}

function resultTogether(flight: Flight, jobs: JobState[]): Conclusion {
  const isTolerated = toleratedIn(flight)
  const ends = jobs.map(job => (job.conclusion === 'failure' && isTolerated(job) ? 'success' : job.conclusion))
  return (['failure', 'cancelled', 'success'] as const).find(known => ends.includes(known)) ?? 'skipped'
}
