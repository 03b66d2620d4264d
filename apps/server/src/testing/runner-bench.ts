import { type ChildProcess, execFileSync, spawn } from 'node:child_process'
import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { type JobProgress, noJobValues, type RunEvent, type Runner, type RunState, type Store } from '@gantry/core'
import {
  gitSource,
  provideRun,
  type RunnerSettings,
  readLimits,
  runnerMain,
  scheduleRun,
  startRunner,
} from '@gantry/runner'
import { type Database, storeOn } from '@gantry/store'
import { embeddedDatabase } from '@gantry/store/testing'
import { planRun, readWorkflow } from '@gantry/workflow'
import type { FastifyInstance } from 'fastify'
import * as z from 'zod'
import { createApp } from '../http/app.ts'
import { apiOf } from '../http/route.ts'
import { runnerCacheRoutes } from '../http/routes/runner-caches.ts'
import { runnerFileRoutes } from '../http/routes/runner-files.ts'
import { runnerProtocolRoutes } from '../http/routes/runner-protocol.ts'
import { createLiveHub } from '../live/live-hub.ts'
import { runnerExecutor } from '../runner/runner-executor.ts'
import { hashOfToken, RunnerService } from '../runner/runner-service.ts'

/** Leases are short, so that what takes a while to notice is noticed in a test. */
const times = { ttlMs: 2_000, renewEveryMs: 500, waitMs: 5_000 }
const project = 'shop'
const now = () => new Date()

interface StartOptions {
  leave?: AbortController
  cancel?: AbortController
  /** As another server left it. */
  state?: RunState
}

/** A server with nothing but its queue of jobs, and runners beside it, in this process and in others. */
export class RunnerBench {
  readonly dir = mkdtempSync(join(tmpdir(), 'gantry-runners-'))
  readonly store: Store
  readonly ended: JobProgress[] = []
  readonly errors: string[] = []
  service: RunnerService
  port = 0
  readonly #database: Database
  readonly #live = createLiveHub(0)
  readonly #repository: { path: string; sha: string }
  readonly #runners: { stop(): Promise<void> }[] = []
  readonly #children: ChildProcess[] = []
  readonly #log = { error: (facts: object, said: string) => void this.errors.push(`${said} ${JSON.stringify(facts)}`) }
  #app: FastifyInstance | null = null
  #number = 0

  private constructor(database: Database) {
    this.#database = database
    this.store = storeOn(database)
    this.#repository = gitRepository(this.#folders(project).repository)
    this.service = this.#newService()
  }

  static async open(): Promise<RunnerBench> {
    const bench = new RunnerBench(await embeddedDatabase())
    // Where jobs and tests leave each other word, whoever the jobs are.
    mkdirSync(join(bench.dir, 'meeting'))
    chmodSync(bench.dir, 0o755)
    chmodSync(join(bench.dir, 'meeting'), 0o1777)
    await bench.openServer()
    return bench
  }

  /** Another process would know nothing but what is stored. */
  async openServer(): Promise<void> {
    this.service = this.#newService()
    const names = { publicUrl: null, host: '127.0.0.1', hosts: [] }
    this.#app = await createApp({ access: {} as never, logLevel: 'silent', names })
    const { service } = this
    runnerProtocolRoutes(apiOf(this.#app), { service })
    runnerCacheRoutes(apiOf(this.#app), { service, folders: name => this.#folders(name), now })
    runnerFileRoutes(apiOf(this.#app), { service, runs: this.store.runs, folders: name => this.#folders(name) })
    await this.#app.listen({ port: this.port, host: '127.0.0.1' })
    this.port = Number(new URL(this.#app.listeningOrigin).port)
  }

  async closeServer(): Promise<void> {
    await this.#app?.close()
    this.#app = null
  }

  async close(): Promise<void> {
    await Promise.all(this.#runners.map(each => each.stop()))
    for (const child of this.#children) child.kill('SIGKILL')
    await this.closeServer()
    await this.#database.close()
    rmSync(this.dir, { recursive: true, force: true })
  }

  /** A runner that is known and not started, with a folder of its own. */
  async added(labels: string[], over: Partial<RunnerSettings> = {}): Promise<RunnerSettings & { id: string }> {
    const id = `runner-${++this.#number}`
    const own = join(this.dir, id)
    const below = (name: string) => join(own, name)
    mkdirSync(own)
    await this.store.runners.save({ id, name: id, labels, isOwn: false }, hashOfToken(`token-${id}`))
    return {
      id,
      server: { url: `http://127.0.0.1:${this.port}` },
      token: `token-${id}`,
      ...{ labels: null, jobsAtOnce: 1, isOnce: false, version: 'test', sandbox: 'off' as const, user: 'auto' },
      limits: readLimits(''),
      env: { PATH: process.env['PATH'] ?? '', HOME: own },
      walls: { hidden: [own], shown: [], changeable: [], readOnly: [] },
      gantryMain: '/bin/true',
      folders: {
        ...{ work: below('work'), cache: below('cache'), tools: below('tools') },
        ...{ spool: below('spool'), commands: below('bin') },
        repositories: { of: 'runner', root: below('repositories') },
      },
      ...over,
    }
  }

  /** A runner in this process. */
  async runner(labels: string[], over: Partial<RunnerSettings> = {}) {
    const settings = await this.added(labels, over)
    const said: string[] = []
    const running = await startRunner(settings, { say: line => void said.push(line), now })
    running.ended.catch(() => undefined)
    this.#runners.push(running)
    return { ...running, id: settings.id, settings, said }
  }

  /** A runner in a process of its own, to be killed. */
  async child(labels: string[], over: Partial<RunnerSettings> = {}): Promise<{ child: ChildProcess; id: string }> {
    const settings = await this.added(labels, over)
    const child = spawn(process.execPath, [runnerMain], { env: settings.env, stdio: ['pipe', 'ignore', 'inherit'] })
    child.stdin.end(JSON.stringify(settings))
    this.#children.push(child)
    return { child, id: settings.id }
  }

  /** Carries out a workflow with the runners there are. */
  start(text: string, { leave = new AbortController(), cancel = new AbortController(), state }: StartOptions = {}) {
    const workflow = readWorkflow('.github/workflows/test.yml', text)
    const facts = { id: `run-${++this.#number}`, number: 1, event: 'push', eventPayload: {}, inputs: {} }
    const commit = { ref: 'refs/heads/main', sha: this.#repository.sha, actor: 'ada', title: 'A thing' }
    const run = state ?? planRun(workflow, { ...facts, ...commit, repository: 'acme/shop', now: now() })
    let latest = run
    const on = (event: RunEvent) => {
      if (event.kind === 'run') latest = event.run
      if (event.kind !== 'job') return
      latest = { ...latest, jobs: latest.jobs.map(old => (old.id === event.job.id ? event.job : old)) }
    }
    const host = {
      ...{ vars: () => ({}), valuesFor: async () => noJobValues, approve: async () => 'approved' as const },
      ...{ signal: cancel.signal, leave: leave.signal, now, on },
    }
    const done = scheduleRun(workflow, run, host, this.#executor(leave.signal))
    return { id: run.id, done, leave, cancel, latest: () => latest }
  }

  async log(runId: string, jobId: string): Promise<string[]> {
    const page = { after: 0, limit: 1_000_000 }
    return (await this.store.runs.log(project, runId, jobId, page)).map(({ text }) => text)
  }

  async isAlive(id: string): Promise<boolean> {
    return (await this.store.runners.list()).some(one => one.id === id && one.lastSeenAt !== null)
  }

  /** Which of them has the job of a run. */
  async holderOf(runId: string): Promise<string | null> {
    return (await this.store.runners.claimed()).find(job => job.runId === runId)?.runnerId ?? null
  }

  /** What the server answers when a runner says something by itself. */
  async says(id: string, path: string, body: object): Promise<{ status: number; code?: string }> {
    const headers = { authorization: `Bearer token-${id}`, 'content-type': 'application/json' }
    const init = { method: 'POST', headers, body: JSON.stringify(body) }
    const answer = await fetch(`http://127.0.0.1:${this.port}/api/v1/runners${path}`, init)
    const { error } = z.object({ error: z.object({ code: z.string() }).optional() }).parse(await answer.json())
    return { status: answer.status, ...(error && { code: error.code }) }
  }

  jobsOf({ id }: Pick<Runner, 'id'>): Promise<JobProgress[]> {
    return this.store.runners.claimed(id)
  }

  #executor(leave: AbortSignal) {
    const { runners, runs } = this.store
    const source = gitSource(this.#repository.path)
    return runnerExecutor({
      ...{ project, runners, runs, live: this.#live, log: this.#log, now, leave },
      seal: async text => text,
      provide: provideRun({ source, workDir: join(this.dir, 'called') }),
    })
  }

  #newService(): RunnerService {
    return new RunnerService({
      ...{ runners: this.store.runners, leases: this.store.leases, live: this.#live, times, log: this.#log, now },
      secretsOf: async () => ({ secrets: noJobValues.secrets, env: { GANTRY_TOKEN: 'token-of-a-job' }, shownEnv: {} }),
      onEnded: async job => void this.ended.push(job),
    })
  }

  #folders(name: string) {
    const own = join(this.dir, 'projects', name)
    return {
      repository: join(own, 'repository.git'),
      actionsArtifacts: join(own, 'artifacts'),
      actionsCache: join(own, 'cache'),
    }
  }
}

function gitRepository(path: string): { path: string; sha: string } {
  const work = mkdtempSync(join(tmpdir(), 'gantry-repository-'))
  const git = (...args: string[]) =>
    execFileSync('git', ['-c', 'user.name=Ada', '-c', 'user.email=ada@example.com', ...args], {
      cwd: work,
      encoding: 'utf8',
    })
  git('init', '--quiet', '--initial-branch=main')
  writeFileSync(join(work, 'hello.txt'), 'hello from the commit\n')
  git('add', '-A')
  git('commit', '--quiet', '-m', 'first')
  mkdirSync(dirname(path), { recursive: true })
  git('clone', '--quiet', '--bare', work, path)
  const sha = git('rev-parse', 'HEAD').trim()
  rmSync(work, { recursive: true })
  return { path, sha }
}
