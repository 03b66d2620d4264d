import { type ChildProcess, spawn } from 'node:child_process'
import { randomBytes, randomUUID } from 'node:crypto'
import { closeSync, openSync } from 'node:fs'
import { mkdir, readFile, rm } from 'node:fs/promises'
import { hostname } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import type { RunnerStore } from '@gantry/core'
import { type RunnerSettings, runnerMain } from '@gantry/runner'
import * as z from 'zod'
import { writePrivate } from '../home/home.ts'
import { beganAt } from '../process/process-alive.ts'
import { hashOfToken, type RunnerService } from './runner-service.ts'

export interface OwnRunnerParts {
  /** The server's data folder. */
  dir: string
  runners: RunnerStore
  service: Pick<RunnerService, 'loseJobsOf'>
  labels: string[]
  /** All but who it is. */
  settings: Omit<RunnerSettings, 'server' | 'token' | 'labels'>
  /** NODE_COMPILE_CACHE for its own process, and not for its jobs. */
  compiled: string | undefined
  say(line: string): void
  log: { error(facts: object, message: string): void }
}

const Identity = z.object({ id: z.string(), token: z.string() })
const Running = z.object({ pid: z.int(), began: z.string() })
type Running = z.output<typeof Running>

const stopMs = 20_000
const longestWaitMs = 10_000
const lookEveryMs = 250

/**
 * The runner that a server starts by itself, in a process of its own with an environment made from nothing. One that outlived a
 * server that was killed goes on with its jobs: the next server in the same folder finds it. One that dies is started again.
 */
export class OwnRunner {
  readonly #parts: OwnRunnerParts
  readonly #stopping = new AbortController()
  #child: ChildProcess | null = null
  #running: Running | null = null
  #supervising: Promise<void> = Promise.resolve()

  constructor(parts: OwnRunnerParts) {
    this.#parts = parts
  }

  start(): void {
    if (this.#stopping.signal.aborted) return
    this.#supervising = this.#supervise().catch(cause => {
      this.#parts.log.error({ err: cause }, 'the runner of this server cannot be kept running')
      this.#parts.say(`warning: jobs wait, for the runner of this server cannot be started: ${cause}`)
    })
  }

  /** Its jobs go back into the queue; it ends. */
  async stop(): Promise<void> {
    this.#stopping.abort()
    const late = setTimeout(() => this.#kill('SIGKILL'), stopMs)
    this.#kill('SIGTERM')
    await this.#supervising
    clearTimeout(late)
  }

  async #supervise(): Promise<void> {
    const identity = await this.#identity()
    const { dir, service, say } = this.#parts
    const file = join(dir, 'runner.pid')
    for (let waitMs = 100; !this.#stopping.signal.aborted; waitMs = Math.min(waitMs * 2, longestWaitMs)) {
      const startedMs = performance.now()
      this.#running = (await alive(file)) ?? (await this.#spawn(identity.token, file))
      if (this.#stopping.signal.aborted) this.#kill('SIGTERM')
      await this.#ended(this.#running)
      await rm(file, { force: true })
      if (this.#stopping.signal.aborted) return
      // It is gone for certain: its jobs need not wait until its leases run out.
      await service.loseJobsOf(identity.id)
      say(`note: the runner of this server ended; another is started (see ${join(dir, 'runner.log')})`)
      if (performance.now() - startedMs > longestWaitMs) waitMs = 100
      await sleep(waitMs, undefined, { signal: this.#stopping.signal }).catch(() => undefined)
    }
  }

  async #spawn(token: string, file: string): Promise<Running> {
    const { dir, settings, labels, compiled } = this.#parts
    const server = { file: join(dir, 'url'), holder: join(dir, 'server.pid') }
    const whole: RunnerSettings = { ...settings, server, token, labels }
    await mkdir(dir, { recursive: true })
    const log = openSync(join(dir, 'runner.log'), 'a', 0o600)
    // A group of its own: Ctrl-C is for the server, which stops it in order.
    const child = spawn(process.execPath, [runnerMain], {
      cwd: dir,
      env: { ...settings.env, ...(compiled !== undefined && { NODE_COMPILE_CACHE: compiled }) },
      detached: true,
      stdio: ['pipe', log, log],
    })
    closeSync(log)
    child.unref()
    this.#child = child
    child.stdin?.on('error', () => undefined)
    try {
      const pid = child.pid
      if (pid === undefined) throw new Error('no process could be started')
      const running = { pid, began: (await beganAt(pid)) ?? '' }
      await writePrivate(file, JSON.stringify(running))
      // Not before the next server can find it: a server that is killed here leaves one that knows nothing, and ends.
      child.stdin?.write(JSON.stringify(whole))
      return running
    } finally {
      child.stdin?.end()
    }
  }

  async #ended(running: Running): Promise<void> {
    const child = this.#child
    if (child?.pid === running.pid) {
      if (child.exitCode === null && child.signalCode === null)
        await new Promise<void>(done => child.once('exit', () => done()))
      return
    }
    while ((await beganAt(running.pid)) === running.began) await sleep(lookEveryMs)
  }

  #kill(signal: NodeJS.Signals): void {
    try {
      if (this.#running) process.kill(this.#running.pid, signal)
    } catch {
      // It ended by itself meanwhile.
    }
  }

  /** The same in every start, so that a runner that lived on is known. */
  async #identity(): Promise<z.output<typeof Identity>> {
    const { dir, runners, labels } = this.#parts
    const file = join(dir, 'runner-token')
    const kept = Identity.safeParse(parsed(await readFile(file, 'utf8').catch(() => '')))
    const identity = kept.data ?? { id: randomUUID(), token: `gantry_runner_${randomBytes(24).toString('base64url')}` }
    await writePrivate(file, JSON.stringify(identity))
    const name = hostname()
    const isTaken = (await runners.list()).some(other => other.name === name && other.id !== identity.id)
    const called = isTaken ? `${name}-${identity.id.slice(0, 6)}` : name
    await runners.save({ id: identity.id, name: called, labels, isOwn: true }, hashOfToken(identity.token))
    return identity
  }
}

/** The one that a former server started and that lives still. */
async function alive(file: string): Promise<Running | null> {
  const running = Running.safeParse(parsed(await readFile(file, 'utf8').catch(() => ''))).data
  return running && (await beganAt(running.pid)) === running.began ? running : null
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return null
  }
}
