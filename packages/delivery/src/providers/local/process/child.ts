import { type ChildProcess, spawn } from 'node:child_process'
import { onLines } from '../../output-lines.ts'
import { endGroup, type PidFiles } from './pid-files.ts'

export interface ChildSpec {
  /** Unique among the processes of this machine, for people and pid files. */
  key: string
  /** Arguments of `node`. */
  args: string[]
  cwd: string
  env: Record<string, string>
  onLine(stream: 'stdout' | 'stderr', text: string): void
  /** Opens a channel: the child can say it is ready, and learns by its closing that we are gone. */
  withChannel?: boolean
}

/** A child process in a group of its own. */
export interface Child {
  pid: number
  process: ChildProcess
  isRunning(): boolean
  /** How it ended, as a sentence. */
  exited: Promise<string>
  /** The last lines it wrote, oldest first. */
  lastLines(): string[]
  stop(graceMs: number): Promise<void>
}

const linesKept = 20
/** They explain a failure beside its sentence; the whole line is in the log. */
const lastLineChars = 2_000

/** Starts `node` with these arguments. @throws when the system cannot start a process. */
export function startChild(spec: ChildSpec, pids: PidFiles): Child {
  const child = spawn(process.execPath, spec.args, {
    cwd: spec.cwd,
    env: spec.env,
    detached: true,
    stdio: spec.withChannel ? ['ignore', 'pipe', 'pipe', 'ipc'] : ['ignore', 'pipe', 'pipe'],
  })
  const { pid } = child
  if (pid !== undefined) pids.note(pid, spec.key)
  const kept: string[] = []
  const keep = (stream: 'stdout' | 'stderr') => (text: string) => {
    kept.push(text.slice(0, lastLineChars))
    if (kept.length > linesKept) kept.shift()
    spec.onLine(stream, text)
  }
  if (child.stdout) onLines(child.stdout, keep('stdout'))
  if (child.stderr) onLines(child.stderr, keep('stderr'))
  const { promise: exited, resolve } = Promise.withResolvers<string>()
  child.once('error', error => resolve(`could not be started: ${error.message}`))
  // `close` comes after the last line was read, `exit` may come before.
  child.once('close', (code, signal) => resolve(signal ? `was ended by ${signal}` : `exited with code ${code}`))
  const isRunning = () => pid !== undefined && child.exitCode === null && child.signalCode === null
  void exited.then(() => pid !== undefined && pids.forget(pid))
  return {
    pid: pid ?? 0,
    process: child,
    isRunning,
    exited,
    lastLines: () => [...kept],
    async stop(graceMs) {
      if (pid === undefined) return
      if (isRunning()) await endGroup(pid, graceMs, () => !isRunning())
      await exited
    },
  }
}
