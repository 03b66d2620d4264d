import { type ChildProcess, spawn } from 'node:child_process'
import { mkdtemp, readFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { freePort } from './free-port.ts'

/** A real server process in a data folder of its own, for end-to-end tests, fault tests and benchmarks. */
export interface RunningGantry {
  home: string
  port: number
  url: string
  /** Milliseconds from spawn until /healthz answered. */
  readyAfterMs: number
  process: ChildProcess
  /** Everything it printed. */
  output(): string
  /** Answers the parsed body; throws with code and message on an error status. */
  api<T>(method: 'GET' | 'POST', path: string, body?: unknown): Promise<T>
  signInUrl(): Promise<string>
  /** SIGTERM by default; answers the exit code, or null when a signal ended it. */
  stop(signal?: NodeJS.Signals): Promise<number | null>
}

/** With which `gantry up` starts it. */
const flags = ['--max-semi-space-size=16', '--no-parallel-scavenge']
const env = { MALLOC_ARENA_MAX: '2', NODE_COMPILE_CACHE: join(tmpdir(), 'gantry-test-compiled') }

const root = resolve(import.meta.dirname, '..')

export async function startGantry(
  options: { home?: string; port?: number; env?: Record<string, string>; timeoutMs?: number } = {},
): Promise<RunningGantry> {
  const home = options.home ?? (await mkdtemp(join(tmpdir(), 'gantry-')))
  const port = options.port ?? (await freePort())
  const startedAt = performance.now()
  const child = spawn(process.execPath, [...flags, join(root, 'apps/server/src/main.ts')], {
    cwd: home,
    env: { ...env, ...process.env, ...options.env, PORT: String(port), GANTRY_HOME: home },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  let output = ''
  child.stdout.on('data', chunk => (output += chunk))
  child.stderr.on('data', chunk => (output += chunk))
  const url = `http://127.0.0.1:${port}`
  const deadline = Date.now() + (options.timeoutMs ?? 180_000)
  while (!(await answers(`${url}/healthz`))) {
    if (child.exitCode !== null || child.signalCode) throw new Error(`the server ended before it was ready:\n${output}`)
    if (Date.now() > deadline) throw new Error(`the server was not ready in time:\n${output}`)
    await sleep(20)
  }
  const readyAfterMs = performance.now() - startedAt
  const gantry: RunningGantry = {
    home,
    port,
    url,
    readyAfterMs,
    process: child,
    output: () => output,
    api: (method, path, body) => call(home, url, method, path, body),
    signInUrl: async () => (await gantry.api<{ url: string }>('POST', '/api/v1/sign-in-links', {})).url,
    stop: (signal = 'SIGTERM') => ended(child, signal),
  }
  return gantry
}

/** Asks again until `done` holds, and answers what it saw; throws with the last answer when it never does. */
export async function until<T>(
  ask: () => Promise<T>,
  done: (value: T) => boolean,
  timeoutMs: number,
  what: string,
  everyMs = 100,
): Promise<T> {
  const deadline = Date.now() + timeoutMs
  for (;;) {
    const value = await ask()
    if (done(value)) return value
    if (Date.now() > deadline)
      throw new Error(`${what}: not within ${timeoutMs} ms; last seen ${JSON.stringify(value).slice(0, 2_000)}`)
    await sleep(everyMs)
  }
}

async function call<T>(home: string, url: string, method: string, path: string, body: unknown): Promise<T> {
  const token = await readFile(join(home, 'cli-token'), 'utf8')
  const response = await fetch(`${url}${path}`, {
    method,
    headers: { authorization: `Bearer ${token}`, ...(body !== undefined && { 'content-type': 'application/json' }) },
    ...(body !== undefined && { body: JSON.stringify(body) }),
  })
  const text = await response.text()
  if (!response.ok) throw new Error(`${method} ${path} answered ${response.status}: ${text}`)
  return JSON.parse(text)
}

async function ended(child: ChildProcess, signal: NodeJS.Signals): Promise<number | null> {
  if (child.exitCode !== null || child.signalCode) return child.exitCode
  const exit = new Promise<number | null>(done => child.once('exit', code => done(code)))
  child.kill(signal)
  return exit
}

const answers = (url: string) =>
  fetch(url).then(
    response => response.ok,
    () => false,
  )
