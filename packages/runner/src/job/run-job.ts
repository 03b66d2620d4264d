import { randomUUID } from 'node:crypto'
import { realpathSync, writeFileSync } from 'node:fs'
import { basename } from 'node:path'
import type { Conclusion, JobValues, ScriptShells, StepState } from '@gantry/core'
import { togetherIn } from '@gantry/core/secret'
import { evaluateEnv, evaluateNumber, evaluateTemplate, namedValues, toText } from '@gantry/workflow'
import { makeJobHome } from '../home/job-home.ts'
import { JobLog } from '../output/job-log.ts'
import { Masker } from '../output/masker.ts'
import { killLeftovers, momentOfBirth } from '../process/kill-leftovers.ts'
import { PipePool } from '../process/pipe-pool.ts'
import { type JobSecrets, usualGrace } from '../run/machine.ts'
import { sightOf } from '../sandbox/sight.ts'
import { BackgroundSteps } from '../step/background-steps.ts'
import type { Frame } from '../step/frame.ts'
import { messageOf, runStep } from '../step/run-step.ts'
import { eventPathOf } from '../step/runner-facts.ts'
import { stepName } from '../step/step-name.ts'
import { stepScope } from '../step/step-scope.ts'
import { giveFolders } from './give-folders.ts'
import { keptJobFolders, makeJobFolders, removeFolder } from './job-folders.ts'
import { annotate, type JobRuntime, sayUnlisted } from './job-runtime.ts'
import { chosenStep } from './only-step.ts'
import { ownFilesOf } from './own-files.ts'
import { runPosts } from './run-posts.ts'
import { goOn, standstillOf } from './standstill.ts'
import type { Standstill } from './stood-at.ts'

/** What a job is started with; `cancel` ends it the way GitHub ends cancelled jobs. */
export type JobStart = Pick<JobRuntime, 'workflow' | 'run' | 'spec' | 'job' | 'machine' | 'needs' | 'strategy'> & {
  cancel: AbortController
  /** Aborted when nothing of it may go on, `always()` steps neither. */
  kill?: AbortController
  /** With it, scripts of packages may be restored. */
  scripts?: ScriptShells
  /** Of the attempt before; 0 without it. */
  linesBefore?: number
  changed(): void
}

const USUAL_TIMEOUT_MINUTES = 360

/** Runs one job from its clean folder to its conclusion. Never throws: whatever goes wrong fails the job. */
export async function runJob(start: JobStart): Promise<void> {
  const { job, machine, cancel } = start
  Object.assign(job, { status: 'in_progress', startedAt: machine.now().toISOString(), attempt: job.attempt + 1 })
  Object.assign(job, { steps: [], outputs: {}, annotations: [] })
  start.changed()
  let runtime: JobRuntime | undefined
  let own: JobSecrets | undefined
  let conclusion: Conclusion
  const overdue = new AbortController()
  start.kill?.signal.addEventListener('abort', () => overdue.abort(), { once: true })
  const stopTimers = limitCancellation(cancel, overdue, () => cancelMsOf(start, runtime))
  try {
    const values = await machine.valuesFor(job, start.run)
    own = await machine.jobSecrets?.(job, start.run)
    runtime = prepare(start, values, own?.env ?? {}, overdue.signal)
    sayUnset(runtime)
    const shared = await makeJobHome(runtime.folders, machine)
    const frame: Frame = { job: runtime, results: {}, inputs: start.run.inputs, number: 0, hasFailed: false }
    await shutIn(runtime, shared)
    limit(runtime, { cancel, overdue })
    const from = machine.goOnAt?.get(job.id)
    if (from !== undefined) goOn(runtime, frame, from)
    conclusion = await runAllSteps(runtime, frame, cancel)
  } catch (error) {
    job.annotations.push({ level: 'failure', message: runtime?.masker.mask(messageOf(error)) ?? messageOf(error) })
    conclusion = 'failure'
  }
  stopTimers()
  if (runtime !== undefined) await cleanUp(runtime)
  await own?.end()
  Object.assign(job, { status: 'completed', conclusion, completedAt: machine.now().toISOString() })
  start.changed()
}

function prepare(
  start: JobStart,
  values: JobValues,
  ownSecrets: Record<string, string>,
  overdue: AbortSignal,
): JobRuntime {
  const { workflow, run, spec, job, machine } = start
  const masker = new Masker()
  const secrets = togetherIn(values.secrets)
  for (const secret of Object.values({ ...secrets, ...ownSecrets })) masker.add(secret)
  const kept = machine.goOnAt?.get(job.id)?.root
  const folders = kept === undefined ? makeJobFolders(machine.workDir, run, job) : keptJobFolders(kept)
  const user = machine.sandbox?.user?.of(folders.root)
  const runtime: JobRuntime = {
    ...start,
    ...(user && { user }),
    grace: machine.grace ?? usualGrace,
    folders,
    secrets,
    ownSecrets,
    vars: togetherIn(values.vars),
    env: {},
    path: [],
    masker,
    log: new JobLog(masker, machine.now, {
      emit: lines => machine.on({ kind: 'log', runId: run.id, jobId: job.id, lines }),
      linesBefore: start.linesBefore ?? 0,
    }),
    pipes: new PipePool(folders.files, spec.steps.length + 1, user),
    processes: [],
    sight: sightOf(machine.sandbox, folders.root),
    posts: [],
    matchers: [],
    unlisted: new Map(),
    ownFiles: ownFilesOf({ machine, run, folders }),
    trackingId: `gantry-${randomUUID()}`,
    // One that goes on stands in a folder where processes of its former start may live.
    since: kept === undefined ? momentOfBirth() : 0,
    cancelled: start.cancel.signal,
    overdue,
  }
  writeFileSync(eventPathOf(runtime), JSON.stringify(run.eventPayload))
  job.steps = spec.steps.map((step, i) => ({
    number: i + 1,
    name: stepName(step),
    ...(step.id === undefined ? {} : { id: step.id }),
    status: 'queued',
  }))
  const frame: Frame = { job: runtime, results: {}, inputs: run.inputs, number: 0, hasFailed: false }
  runtime.env = evaluateEnv(workflow.env, stepScope(frame, {}))
  Object.assign(runtime.env, evaluateEnv(spec.env, stepScope(frame, runtime.env)))
  return runtime
}

/** What is not set is empty, as on GitHub: a step that fails for it would not say so. */
function sayUnset(runtime: JobRuntime): void {
  const { workflow, spec, job, secrets, vars } = runtime
  const unset = namedValues([workflow.env, spec]).filter(
    ({ kind, name }) => !Object.keys(kind === 'secret' ? secrets : vars).some(each => each.toUpperCase() === name),
  )
  const where = job.environment === undefined ? 'this repository' : job.environment
  for (const { kind, name } of unset)
    annotate(runtime, { level: 'warning', message: `the ${kind} ${name} is not set for ${where}: it is empty here` })
}

/** A job that cannot be shut in does not run: it would see what it must not. */
async function shutIn(runtime: JobRuntime, shared: readonly string[]): Promise<void> {
  const { machine, folders, user } = runtime
  const { root, ...own } = folders
  const cell = await machine.sandbox?.open({ root, own: Object.values(own) })
  if (cell === undefined) return
  runtime.cell = cell
  if (user !== undefined) await giveFolders(runtime, user, cell, shared)
}

/** What takes more of the disk than it may is ended at once: what it would do in the time it gets to end is more of the same. */
function limit(runtime: JobRuntime, { cancel, overdue }: { cancel: AbortController; overdue: AbortController }): void {
  const { machine, folders, processes } = runtime
  const onOver = (message: string): void => {
    annotate(runtime, { level: 'failure', message })
    for (const process of processes) process.close()
    cancel.abort()
    overdue.abort()
  }
  const limited = machine.limiter?.open({ name: basename(folders.root), root: folders.root, onOver })
  if (limited !== undefined) runtime.limited = limited
}

async function runAllSteps(runtime: JobRuntime, frame: Frame, cancel: AbortController): Promise<Conclusion> {
  const { spec } = runtime
  const minutes = evaluateNumber(spec.timeoutMinutes, stepScope(frame, {})) ?? USUAL_TIMEOUT_MINUTES
  const timer = setTimeout(
    () => {
      annotate(runtime, {
        level: 'failure',
        message: `expected the job to end within ${minutes} minutes, got no end; it was cancelled`,
      })
      cancel.abort()
    },
    Math.min(minutes * 60_000, 2 ** 31 - 1),
  )
  try {
    await runSteps(runtime, frame)
    await runPosts(frame)
    collectOutputs(runtime, frame)
  } finally {
    clearTimeout(timer)
  }
  if (cancel.signal.aborted) return 'cancelled'
  return frame.hasFailed ? 'failure' : 'success'
}

/** Tells where the job stood, when it did not succeed, before anything of it is put away. */
async function runSteps(runtime: JobRuntime, frame: Frame): Promise<void> {
  const { spec, job, machine, cancelled } = runtime
  const background = new BackgroundSteps(frame)
  const first = machine.goOnAt?.get(job.id)?.place ?? 0
  let stood: Standstill | undefined
  for (const [i, written] of spec.steps.entries()) {
    const state: StepState | undefined = job.steps[i]
    const step = chosenStep(machine.only?.step, written, i)
    if (state === undefined || i < first) continue
    if (step === undefined) {
      Object.assign(state, { status: 'completed', outcome: 'skipped', conclusion: 'skipped' })
      continue
    }
    // What a background step leaves behind is not there before it is waited for: then the job goes on before it began.
    if (machine.stoodStill && background.isIdle && !frame.hasFailed && !cancelled.aborted)
      stood = standstillOf(frame, i)
    frame.number = state.number
    if (step.control !== undefined) await background.control(step, step.control, state)
    else if (step.background) background.start(i, step, state)
    else await runStep(frame, step, state)
  }
  await background.end()
  if (stood === undefined || !job.steps.some(({ conclusion: end }) => end === 'failure' || end === 'cancelled')) return
  runtime.isStuck = true
  machine.stoodStill?.(job.id, stood)
}

/** Empty outputs are left out and those that hold a secret are held back, as on GitHub. */
function collectOutputs(runtime: JobRuntime, frame: Frame): void {
  const { job, spec, masker } = runtime
  const scope = stepScope(frame, runtime.env)
  for (const [name, template] of Object.entries(spec.outputs)) {
    const value = toText(evaluateTemplate(template, scope))
    if (value === '') continue
    if (masker.mask(value) === value) job.outputs[name] = value
    else
      annotate(runtime, { level: 'warning', message: `output "${name}" is held back because it may contain a secret` })
  }
  if (spec.environment?.url !== undefined) {
    const url = toText(evaluateTemplate(spec.environment.url, scope))
    if (url !== '') job.environmentUrl = masker.mask(url)
  }
}

/** What the job says, else what the machine allows. */
function cancelMsOf({ spec, machine }: JobStart, runtime: JobRuntime | undefined): number {
  const usual = machine.grace?.cancelMs ?? usualGrace.cancelMs
  if (runtime === undefined || spec.cancelTimeoutMinutes === undefined) return usual
  const frame: Frame = { job: runtime, results: {}, inputs: runtime.run.inputs, number: 0, hasFailed: false }
  const minutes = evaluateNumber(spec.cancelTimeoutMinutes, stepScope(frame, {}))
  return minutes === undefined ? usual : Math.min(usual, minutes * 60_000)
}

function limitCancellation(cancel: AbortController, overdue: AbortController, cancelMs: () => number): () => void {
  let timer: NodeJS.Timeout | undefined
  const begin = (): void => {
    timer = setTimeout(() => overdue.abort(), cancelMs())
  }
  if (cancel.signal.aborted) begin()
  cancel.signal.addEventListener('abort', begin, { once: true })
  return () => {
    clearTimeout(timer)
    cancel.signal.removeEventListener('abort', begin)
  }
}

async function cleanUp(runtime: JobRuntime): Promise<void> {
  for (const process of runtime.processes) process.close()
  const { limited } = runtime
  const reached = limited?.reached()
  if (reached !== undefined) annotate(runtime, { level: 'failure', message: reached })
  await runtime.cell?.close()
  await limited?.end()
  const isRemoved = !runtime.machine.keepWorkspaces && !runtime.isStuck
  const { trackingId, since } = runtime
  killLeftovers(trackingId, { since, ...(isRemoved && { removed: realpathSync(runtime.folders.root) }) })
  sayUnlisted(runtime)
  runtime.log.end()
  if (isRemoved) await removeFolder(runtime.folders.root)
}
