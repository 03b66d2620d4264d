import { randomUUID } from 'node:crypto'
import { existsSync } from 'node:fs'
import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { availableParallelism, tmpdir } from 'node:os'
import { join, relative } from 'node:path'
import type { RecalledTask, RunState } from '@gantry/core'
import {
  conclusionExitCode,
  contentsOf,
  type Decision,
  type Grace,
  type Machine,
  machineEnvironment,
  removeFolder,
  runWorkflow,
  workingTreeSource,
  writeOwnCommands,
} from '@gantry/runner/local'
import { planRun, readWorkflow, type Workflow } from '@gantry/workflow'
import { CalledWrongly } from '../command/called-wrongly.ts'
import type { ExitCode } from '../command/command.ts'
import type { Host } from '../host.ts'
import type { Output } from '../terminal/output.ts'
import { shown } from '../terminal/table.ts'
import type { LocalRun } from './asked-run.ts'
import { cacheHome } from './cache-home.ts'
import { checkShell, failureShell } from './failure-shell.ts'
import { goOnFrom, RunKeeper, tellContinued } from './from-failed.ts'
import { jsonProgress } from './json-progress.ts'
import { tellMissing } from './missing-actions.ts'
import type { Part } from './part.ts'
import { plainProgress } from './plain-progress.ts'
import type { Progress } from './progress.ts'
import { renderRun } from './render-run.ts'
import { renderSummaries } from './render-summary.ts'
import { treeProgress } from './tree-progress.ts'
import { tellUnable } from './unable-jobs.ts'

/** Somebody at a prompt does not wait as long as GitHub does. */
const grace: Grace = { interruptMs: 2_000, terminateMs: 1_000, cancelMs: 30_000 }

/** @throws CalledWrongly without such a file; GantryError with whatever is wrong in it */
export async function workflowAt(top: string, file: string): Promise<Workflow> {
  const text = await readFile(file, 'utf8').catch(() => {
    throw new CalledWrongly(`expected a workflow file at ${file}`, 'Workflow files lie in .github/workflows.')
  })
  return readWorkflow(relative(top, file), text)
}

/** Runs the files as they lie in the working tree, shows it, and answers how it ended: 0 success, 1 anything else. */
export async function performRun(asked: LocalRun, host: Host, output: Output): Promise<ExitCode> {
  checkShell(asked.withShell, host, output)
  const continued = asked.fromFailed ? await goOnFrom(asked, host) : undefined
  const planned = continued?.run ?? planFor(asked, host)
  const folder = continued?.folder ?? (await mkdtemp(join(tmpdir(), 'gantry-run-')))
  const keeper = new RunKeeper(asked, folder, host, continued)
  if (continued) tellContinued(continued, output)
  tellUnable(asked.workflow.jobs, output)
  const progress = progressFor(planned, host, output)
  const cancel = new AbortController()
  const stopListening = host.onSignal(() => {
    // The second time nobody waits: steps that are left are found and ended by the next run of the same job.
    if (cancel.signal.aborted) process.exit(130)
    output.note('cancelling; again to leave at once')
    cancel.abort()
  })
  let run = planned
  const recalled: Recalled = { jobs: new Map(), tasks: [] }
  const decisions: Decision[] = []
  try {
    const machine = await machineFor(asked, folder, keeper, progress, host, cancel.signal)
    run = await runWorkflow(asked.workflow, planned, {
      ...keeper.watch(machine),
      ...(asked.withCache ? await cacheFor(keeper, asked, host, recalled, output) : {}),
      lacks(missing) {
        progress.pause()
        tellMissing(missing, output)
        progress.resume()
      },
      ...(asked.why ? { decided: decision => void decisions.push(decision) } : {}),
      ...(asked.withShell ? { lookAtFailure: failureShell(host, output, progress) } : {}),
    })
  } finally {
    stopListening()
    progress.end(run)
    const isKept = await keeper.end(run)
    if (asked.keep) output.note(`kept: ${folder}`)
    else if (!isKept)
      await (existsSync(join(folder, 'jobs')) ? removeFolder(folder) : rm(folder, { recursive: true, force: true }))
    if (isKept) output.note(`to go on at the failed step: ${asked.again}`)
  }
  if (asked.why) tellWhy(asked.why.workflow, decisions, output)
  return concluded(run, recalled, new Set(continued?.kept), host, output)
}

function planFor(asked: LocalRun, host: Host): RunState {
  return planRun(asked.workflow, {
    id: randomUUID(),
    number: 1,
    event: asked.event.name,
    eventPayload: asked.event.payload,
    inputs: asked.inputs,
    ref: asked.event.ref,
    sha: asked.git.sha,
    actor: asked.git.actor,
    title: asked.git.title,
    repository: asked.git.repository,
    now: host.now(),
  })
}

function tellWhy(workflow: string, decisions: readonly Decision[], output: Output): void {
  if (output.isJson) output.json({ kind: 'why', workflow, decisions })
  output.print(`\nwhy\n  workflow: ${workflow}`)
  for (const [job, own] of Map.groupBy(decisions, decision => decision.job)) {
    if (!own.some(({ step }) => step === undefined)) output.print(`  ${shown(job)}`)
    for (const { step, runs, why } of own) {
      const mark = runs ? output.paint.green('✓') : output.paint.dim('–')
      output.print(`${step === undefined ? '' : '  '}  ${mark} ${shown(step ?? job)}: ${shown(why)}`)
    }
  }
}

/** What the cache said of jobs, and of the scripts of packages in those that ran. */
interface Recalled {
  jobs: Map<string, { isHit: boolean; reason: string }>
  tasks: ({ job: string } & RecalledTask)[]
}

/** Loaded on first use: `gantry run` has no cache. */
async function cacheFor(
  keeper: RunKeeper,
  asked: LocalRun,
  host: Host,
  recalled: Recalled,
  output: Output,
): Promise<Partial<Machine>> {
  const { folderCache } = await import('@gantry/job-cache')
  const { top } = asked.git
  return {
    cache: folderCache({
      dir: join(cacheHome(host), 'jobs'),
      now: host.now,
      contents: isAgain => (isAgain ? contentsOf(top) : keeper.contents()),
      hidden: [top],
    }),
    recalled: (job, answer) => void recalled.jobs.set(job, answer),
    recalledTask: (job, answer) => {
      recalled.tasks.push({ job, ...answer })
      const { step, task, package: of, isHit, reason } = answer
      output.json({ kind: 'task', jobId: job, step, task, package: of, isRestored: isHit, why: reason })
    },
  }
}

function concluded(run: RunState, recalled: Recalled, kept: ReadonlySet<string>, host: Host, output: Output): ExitCode {
  // A run that waits did not do what was asked.
  const exitCode = run.status === 'completed' ? conclusionExitCode(run) : 1
  const jobs = run.jobs.map(({ id, status, conclusion, steps }) => {
    const job = recalled.jobs.get(id)
    const tasks = recalled.tasks.filter(({ job }) => job === id)
    const omitted = steps.flatMap(({ name, omitted: why }) => (why === undefined ? [] : [{ step: name, why }]))
    return {
      id,
      status,
      conclusion: conclusion ?? null,
      ...(job && { isRestored: job.isHit, why: job.reason }),
      ...(tasks.length > 0 && { tasks: tasks.length, restoredTasks: tasks.filter(({ isHit }) => isHit).length }),
      ...(kept.has(id) && { isKept: true }),
      ...(omitted.length > 0 && { omitted }),
    }
  })
  output.json({ kind: 'result', status: run.status, conclusion: run.conclusion ?? null, jobs, exitCode })
  const summaries = renderSummaries(run.jobs, output.paint)
  if (summaries !== '') output.print(`\n${summaries}`)
  output.print(`\n${renderRun(run, output.paint, host.now())}`)
  tellRecalled(recalled, output)
  for (const { id, environment } of run.jobs.filter(({ status }) => status === 'waiting')) {
    output.note(`${id} waits for approval: run it again with --approve ${environment}`)
  }
  return exitCode
}

function tellRecalled({ jobs, tasks }: Recalled, output: Output): void {
  for (const [id, { isHit, reason }] of jobs) {
    const own = tasks.filter(({ job }) => job === id)
    const restored = own.filter(task => task.isHit).length
    const some = own.length === 0 ? '' : `; ${restored} of its ${own.length} tasks restored`
    output.note(`${id} ${isHit ? 'was restored' : 'ran'}: ${reason}${some}`)
  }
  if ([...jobs.values(), ...tasks].some(({ isHit }) => isHit)) output.note('to run everything: gantry ci --fresh')
}

async function machineFor(
  asked: LocalRun,
  folder: string,
  keeper: RunKeeper,
  progress: Progress,
  host: Host,
  signal: AbortSignal,
): Promise<Machine> {
  const kept = join(cacheHome(host), 'actions')
  const workDir = join(folder, 'jobs')
  return {
    workDir,
    artifactsDir: join(folder, 'artifacts'),
    cacheDir: join(kept, 'cache'),
    toolDir: join(kept, 'tools'),
    actionsDir: kept,
    ...(host.env['GANTRY_ACTIONS_MIRROR'] && { actionsMirror: host.env['GANTRY_ACTIONS_MIRROR'] }),
    // Beside the jobs, of which none sees another.
    source: workingTreeSource(asked.git.top, {
      contents: () => keeper.contents(),
      folder: join(workDir, '.checkout'),
    }),
    env: machineEnvironment(host.env),
    extraPath: [await writeOwnCommands(join(folder, 'bin'), join(kept, 'tools'), host.main)],
    stepEnv: () => asked.stepEnv,
    jobSecrets: async () => ({ env: asked.stepSecrets, end: async () => {} }),
    vars: () => asked.values(null).vars.repository,
    valuesFor: async ({ environment = null }) => asked.values(environment),
    approve: job => asked.approve(job, progress),
    on: event => progress.hear(event),
    now: host.now,
    // Jobs wait as often as they work: for packages, for git, for each other's disk.
    maxParallel: Math.max(4, availableParallelism()),
    keepWorkspaces: asked.keep,
    grace,
    signal,
    ...onlyOf(asked),
  }
}

function onlyOf({ job, step }: Part): Pick<Machine, 'only'> {
  if (job === undefined) return {}
  return { only: { job, ...(step === undefined ? {} : { step }) } }
}

function progressFor(planned: RunState, host: Host, output: Output): Progress {
  if (output.isJson) return jsonProgress(host.stdout)
  const show = host.stdout.isTty && host.env['CI'] === undefined ? treeProgress : plainProgress
  return show(planned, host.stdout, output.paint, host.now)
}
