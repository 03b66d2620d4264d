import { setTimeout as sleep } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { GantryError } from '@gantry/core'
import { awaitReady, type Patience } from '../process/await-ready.ts'
import { type Child, startChild } from '../process/child.ts'
import { freePort, returnPort } from '../process/free-port.ts'
import type { PidFiles } from '../process/pid-files.ts'

/** An embedded database, served on a port of its own by a process of its own. */
export interface EmbeddedServer {
  url: string
  pid(): number
  stop(): Promise<void>
}

export interface EmbeddedSettings {
  key: string
  data: string
  /** A folder with an empty database that the first start makes, and every other one copies. */
  template: string
  host: string
  pids: PidFiles
  onLine(stream: 'stdout' | 'stderr', text: string): void
  log(message: string): void
  /** Gives up a start that is under way; who stops a server that serves calls its `stop`. */
  signal?: AbortSignal
  patience?: Patience
  /** NODE_COMPILE_CACHE of the program: with it a start takes half as long. */
  compiled: string | undefined
  /** The program that serves it. */
  program?: string
}

const usualPatience: Patience = { stalledMs: 60_000, atMostMs: 600_000 }
/** Each start begins where the last one was cut off, or anew beside it: starting again harms nothing. */
const tries = 3
const restartAfterMs = { least: 500, most: 30_000 }

/** Starts it, again when it stalls or ends early, and again each time it ends later on. @throws GantryError DATABASE_UNREACHABLE */
export async function startEmbedded(settings: EmbeddedSettings): Promise<EmbeddedServer> {
  const { key, host, log } = settings
  const stopping = new AbortController()
  let { child, port } = await firstStart(settings)
  const startAgain = async (): Promise<void> => {
    for (let waitMs = restartAfterMs.least; ; waitMs = Math.min(waitMs * 2, restartAfterMs.most)) {
      await sleep(waitMs, undefined, { signal: stopping.signal }).catch(() => {})
      if (stopping.signal.aborted) return
      child = spawned(settings, port)
      const fault = await readiness(child, settings)
      if (fault === null) return watch()
      if (!stopping.signal.aborted) log(`the database of ${key} ${fault}; it is tried again`)
    }
  }
  let restarting: Promise<void> = Promise.resolve()
  const watch = () =>
    void child.exited.then(how => {
      if (stopping.signal.aborted) return
      log(`the database of ${key} ${how}; it is started again`)
      restarting = startAgain()
    })
  watch()
  return {
    url: `postgres://postgres:postgres@${host}:${port}/postgres?sslmode=disable`,
    pid: () => child.pid,
    async stop() {
      stopping.abort()
      await child.stop(5_000)
      await restarting
      returnPort(port)
    },
  }
}

/** Nobody knows its address yet, so each try may have another port: the last one may be what failed. */
async function firstStart(settings: EmbeddedSettings): Promise<{ child: Child; port: number }> {
  const { key, host, log, signal } = settings
  for (let count = 1; ; count++) {
    const port = await freePort(host)
    const child = spawned(settings, port)
    const giveUp = () => void child.stop(0)
    signal?.addEventListener('abort', giveUp, { once: true })
    const fault = await readiness(child, settings)
    signal?.removeEventListener('abort', giveUp)
    if (fault === null) return { child, port }
    returnPort(port)
    if (count === tries || signal?.aborted) {
      const message = [`the embedded database of ${key} ${fault}`, ...child.lastLines()].join('\n')
      throw new GantryError('DATABASE_UNREACHABLE', message, { tries })
    }
    log(`the database of ${key} ${fault}; it is tried again`)
  }
}

function spawned(settings: EmbeddedSettings, port: number): Child {
  const { key, data, template, host, pids, compiled, onLine } = settings
  const program = settings.program ?? fileURLToPath(import.meta.resolve('./database-server.ts'))
  const args = [program, JSON.stringify({ data, template, host, port })]
  const env = compiled === undefined ? {} : { NODE_COMPILE_CACHE: compiled }
  return startChild({ key, args, cwd: process.cwd(), env, withChannel: true, onLine }, pids)
}

/** Null once it serves; else what kept it from that, and it is ended. */
async function readiness(child: Child, { patience = usualPatience }: EmbeddedSettings): Promise<string | null> {
  const fault = await awaitReady(child, patience)
  if (fault !== null) await child.stop(0)
  return fault
}
