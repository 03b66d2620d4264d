import type { Conclusion, JobState, RunState } from '@gantry/core'
import type { Workflow } from '@gantry/workflow'
import { jobsOf } from '@gantry/workflow'
import { checkJob } from '../job/only-step.ts'
import { messageOf } from '../step/run-step.ts'
import { enterCall, rejoinCalls, settleCall, valuesOf } from './calls.ts'
import { cancelJob, isOpen } from './cancel-job.ts'
import { keepGroups } from './concurrency.ts'
import { decideJob } from './decide-job.ts'
import { endJob, type Flight, reportJob, reportRun } from './flight.ts'
import type { JobExecutor, PlannedJob } from './job-executor.ts'
import { jobScope, needsOf, strategyOf, toleratedIn } from './job-scope.ts'
import type { Machine, RunHost } from './machine.ts'
import { nextToStart } from './next-to-start.ts'
import { onThisMachine } from './on-this-machine.ts'

/**
 * Runs a workflow until it is completed, or until only jobs that wait for approval are left: then it returns
 * with status `waiting` and holds nothing. Called again with the saved state it goes on; jobs that were in
 * progress when the process died start anew.
 */
export function runWorkflow(workflow: Workflow, state: RunState, machine: Machine): Promise<RunState> {
  return scheduleRun(workflow, state, machine, onThisMachine(machine))
}

/**
 * The same with jobs that `executor` executes. Those that went on elsewhere when the process that planned them died are
 * joined.
 */
export async function scheduleRun(
  workflow: Workflow,
  state: RunState,
  machine: RunHost,
  executor: JobExecutor,
): Promise<RunState> {
  checkJob(workflow, machine.only?.job)
  const { missing, ...given } = await executor.provide(workflow, state)
  if (missing.length > 0) machine.lacks?.(missing)
  const run = structuredClone(state)
  const isCancelled = (): boolean => machine.signal?.aborted ?? false
  const flight: Flight = {
    ...given,
    homes: new Map(),
    tickets: new Map(),
    run,
    machine,
    executor,
    running: new Map(),
    wanted: new Set(),
    approved: new Set(),
    isCancelled,
  }
  const onCancel = (): void => cancelRunning(flight)
  machine.signal?.addEventListener('abort', onCancel, { once: true })
  const left = aborted(machine.leave)
  try {
    await begin(flight)
    for (;;) {
      await advance(flight)
      if (flight.running.size === 0) break
      await Promise.race([left, ...[...flight.running.values()].map(({ done }) => done)])
      if (machine.leave?.aborted) return structuredClone(run)
    }
  } finally {
    machine.signal?.removeEventListener('abort', onCancel)
  }
  conclude(flight)
  return structuredClone(run)
}

const aborted = (signal: AbortSignal | undefined): Promise<void> =>
  new Promise(resolve => {
    if (signal?.aborted) resolve()
    signal?.addEventListener('abort', () => resolve(), { once: true })
  })

/** What a command that ran it should exit with: 0 success or waiting, 1 anything else. */
export function conclusionExitCode(run: RunState): 0 | 1 {
  if (run.status !== 'completed') return 0
  return run.conclusion === 'success' || run.conclusion === 'skipped' ? 0 : 1
}

async function begin(flight: Flight): Promise<void> {
  const { workflow, run, machine } = flight
  if (run.status === 'completed') return
  run.status = 'in_progress'
  run.startedAt ??= machine.now().toISOString()
  const goingOn = await jobsGoingOn(flight)
  for (const job of run.jobs) if (job.status === 'in_progress' && !goingOn.includes(job)) job.status = 'queued'
  rejoinCalls(flight)
  for (const job of run.jobs.filter(each => each.status !== 'completed')) {
    if (workflow.jobs.some(({ key }) => key === job.key)) continue
    endJob(
      { run, machine },
      job,
      'failure',
      `expected job ${job.key} in ${workflow.path}, got none; did the file change meanwhile?`,
    )
  }
  reportRun({ run, machine })
  for (const job of goingOn) rejoin(flight, job)
}

/** Jobs that were under way when the process that planned them ended, and are so still. */
async function jobsGoingOn({ run, executor }: Flight): Promise<JobState[]> {
  const asked = run.jobs
    .filter(({ status }) => status === 'in_progress')
    .map(async job => ({ job, goesOn: (await executor.goesOn?.(run, job)) ?? false }))
  return (await Promise.all(asked)).flatMap(({ job, goesOn }) => (goesOn ? [job] : []))
}

/** It was wanted and approved when it began, and keeps the concurrency groups it had. */
function rejoin(flight: Flight, job: JobState): void {
  const spec = flight.workflow.jobs.find(({ key }) => key === job.key)
  if (job.status !== 'in_progress' || spec === undefined) return
  flight.wanted.add(job.key)
  flight.approved.add(job.id)
  keepGroups(flight, spec, job)
  start(flight, job)
}

/** Decides, asks and starts until nothing more can happen before a running job ends. */
async function advance(flight: Flight): Promise<void> {
  decideAll(flight)
  startReady(flight)
  for (const job of flight.run.jobs.filter(candidate => needsApproval(flight, candidate)))
    await askApproval(flight, job)
  decideAll(flight)
  startReady(flight)
}

/** A skipped job settles those behind it and a call brings jobs of its own, so decisions repeat until none is left. */
function decideAll(flight: Flight): void {
  const ended = (): number => flight.run.jobs.filter(({ status }) => status === 'completed').length
  for (let hasMoved = true; hasMoved; ) {
    const before = ended()
    hasMoved = false
    for (const spec of [...flight.workflow.jobs]) hasMoved = decideJob(flight, spec) || hasMoved
    for (const job of nextToStart(flight)) hasMoved = enterCall(flight, job) || hasMoved
    for (const job of [...flight.run.jobs]) {
      if (!settleCall(flight, job)) continue
      failFast(flight, job)
    }
    // Concurrency groups and limits that are no numbers end jobs too.
    hasMoved ||= ended() !== before
  }
}

function needsApproval({ wanted, approved }: Flight, job: JobState): boolean {
  return wanted.has(job.key) && job.environment !== undefined && isOpen(job) && !approved.has(job.id)
}

async function askApproval(flight: Flight, job: JobState): Promise<void> {
  const { run, machine } = flight
  try {
    // After a crash the approval that let the job start is still good: the caller is asked and says so.
    const answer = await machine.approve(structuredClone(job), structuredClone(run))
    // Jobs end while people are asked; this one may have been cancelled.
    if (!isOpen(job)) return
    if (answer === 'approved') {
      flight.approved.add(job.id)
      job.status = 'queued'
    } else if (answer === 'waiting') {
      if (job.status !== 'waiting') {
        job.status = 'waiting'
        reportJob(flight, job)
      }
    } else endJob(flight, job, 'failure', `deployment to ${job.environment} was rejected`)
  } catch (error) {
    endJob(flight, job, 'failure', `approval for ${job.environment} failed: ${messageOf(error)}`)
  }
}

function startReady(flight: Flight): void {
  for (const job of nextToStart(flight)) start(flight, job)
}

function start(flight: Flight, job: JobState): void {
  const { workflow, homes, run } = flight
  const spec = workflow.jobs.find(({ key }) => key === job.key)
  if (spec === undefined || spec.call !== undefined) return
  const cancel = new AbortController()
  const scope = jobScope(flight, spec, job)
  const home = homes.get(spec.key)
  const wasCancelled = flight.isCancelled()
  const planned: PlannedJob = {
    workflow: home?.workflow ?? workflow,
    run: home === undefined ? run : { ...run, inputs: home.inputs },
    spec: home?.workflow.jobs.find(({ key }) => home.prefix + key === spec.key) ?? spec,
    job,
    needs: needsOf(flight, spec),
    strategy: strategyOf(flight, spec, job, scope),
    values: () => valuesOf(flight, spec, job),
    cancel,
    changed() {
      if (job.conclusion === 'failure' && toleratedIn(flight)(job)) job.isTolerated = true
      reportJob(flight, job)
    },
  }
  const done = flight.executor.execute(planned).then(() => {
    flight.running.delete(job.id)
    failFast(flight, job)
  })
  flight.running.set(job.id, { done, cancel })
  // Whoever hears that it begins may cancel the run at once.
  if (flight.isCancelled() && !wasCancelled) cancelRunning(flight)
}

/** One failing leg cancels the others, unless its failure is let pass or `fail-fast` is false. */
function failFast(flight: Flight, job: JobState): void {
  const spec = flight.workflow.jobs.find(({ key }) => key === job.key)
  if (job.conclusion !== 'failure' || spec?.strategy === undefined || toleratedIn(flight)(job)) return
  if (strategyOf(flight, spec, job, jobScope(flight, spec, job))['fail-fast'] !== true) return
  for (const sibling of jobsOf(flight.run, job.key)) cancelJob(flight, sibling, `cancelled because ${job.id} failed`)
}

/** Jobs with `if: always()` go on when a run is cancelled; all others are told to stop. */
function cancelRunning(flight: Flight): void {
  for (const [id, { cancel }] of flight.running) {
    const key = flight.run.jobs.find(job => job.id === id)?.key
    const spec = flight.workflow.jobs.find(job => job.key === key)
    if (spec?.if === undefined || !/\b(always|cancelled)\s*\(/i.test(spec.if)) cancel.abort()
  }
}

function conclude(flight: Flight): void {
  const { run, machine } = flight
  if (run.jobs.some(job => job.status !== 'completed')) run.status = 'waiting'
  else {
    run.status = 'completed'
    run.conclusion = conclusionOf(flight)
    run.completedAt ??= machine.now().toISOString()
  }
  reportRun(flight)
}

function conclusionOf(flight: Flight): Conclusion {
  const isTolerated = toleratedIn(flight)
  const conclusions = flight.run.jobs.map(job =>
    job.conclusion === 'failure' && isTolerated(job) ? 'success' : job.conclusion,
  )
  return (['failure', 'cancelled', 'success'] as const).find(known => conclusions.includes(known)) ?? 'skipped'
}
