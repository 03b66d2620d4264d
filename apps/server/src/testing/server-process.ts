import { type ChildProcess, spawn } from 'node:child_process'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { vi } from 'vitest'
import { isProcessAlive } from '../process/process-alive.ts'

/** A server in a process of its own, which may be killed. */
export interface ServerProcess {
  pid: number
  url: string
  signInUrl: string
  /** Everything it said. */
  words(): string
  /** Ends it, as the signal does; answers its exit code, null when the signal ended it. */
  end(signal: 'SIGTERM' | 'SIGKILL'): Promise<number | null>
}

const started = new Set<{ child: ChildProcess; exit: Promise<unknown>; home: string | undefined }>()

/** Those that were started here, also one that was never ready, and the runners that outlive them. */
export async function killServerProcesses(): Promise<void> {
  for (const { child } of started) child.kill('SIGKILL')
  await Promise.all([...started].map(({ exit }) => exit))
  await Promise.all([...started].map(({ home }) => endRunner(home)))
}

/** In order, so that nothing of its jobs goes on either. */
async function endRunner(home: string | undefined): Promise<void> {
  const noted = home === undefined ? '' : await readFile(join(home, 'runner.pid'), 'utf8').catch(() => '')
  const pid = noted === '' ? null : (JSON.parse(noted) as { pid: number }).pid
  if (pid === null || !(await isProcessAlive(pid, 'node'))) return
  process.kill(pid, 'SIGTERM')
  await vi.waitUntil(async () => !(await isProcessAlive(pid, 'node')), { timeout: 60_000, interval: 50 })
}

const main = join(import.meta.dirname, '../main.ts')

/** Answers when it is ready. Rejects with its words when it ends before. */
export async function startServerProcess(env: Record<string, string>): Promise<ServerProcess> {
  const child = spawn(process.execPath, [main], {
    env: { ...process.env, PORT: '0', GANTRY_SAMPLE: 'off', ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  let words = ''
  const exit = new Promise<number | null>(done => child.once('exit', done))
  started.add({ child, exit, home: env['GANTRY_HOME'] })
  const ready = new Promise<{ url: string; signInUrl: string }>(done => {
    const hear = (chunk: Buffer) => {
      words += chunk
      const [, url] = /Gantry is ready at (\S+)/.exec(words) ?? []
      const [, signInUrl] = /Sign in once:\s+(\S+)\n/.exec(words) ?? []
      if (url !== undefined && signInUrl !== undefined) done({ url, signInUrl })
    }
    child.stdout.on('data', hear)
    child.stderr.on('data', hear)
  })
  const known = await Promise.race([ready, exit])
  if (known === null || typeof known === 'number') throw new Error(`the server ended with ${known}: ${words}`)
  return {
    ...known,
    pid: child.pid ?? 0,
    words: () => words,
    end(signal) {
      child.kill(signal)
      return exit
    },
  }
}
