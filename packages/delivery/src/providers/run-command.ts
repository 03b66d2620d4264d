import { spawn } from 'node:child_process'
import { onLines } from './output-lines.ts'

export interface CommandRun {
  command: string
  cwd: string
  env: Record<string, string | undefined>
  /** Ends it, with all that it started. */
  signal: AbortSignal
  /** Between being asked to end and being ended. */
  graceMs: number
  /** Descriptors it is to hold as well, so that they are open for as long as it works. */
  holds?: readonly number[]
  onLine(text: string): void
}

export interface CommandEnd {
  /** Null when it exited with 0, else how it ended: `exited with code 3`. */
  fault: string | null
  /** What it wrote last, oldest first. */
  lines: string[]
}

const linesKept = 40

/** Runs a line by `sh`, in a process group of its own. What throws is nothing of the command's. */
export async function runCommand({
  command,
  cwd,
  env,
  signal,
  graceMs,
  holds = [],
  onLine,
}: CommandRun): Promise<CommandEnd> {
  if (signal.aborted) return { fault: 'was not begun', lines: [] }
  const child = spawn('/bin/sh', ['-c', command], {
    ...{ cwd, env, detached: true },
    stdio: ['ignore', 'pipe', 'pipe', ...holds],
  })
  const lines: string[] = []
  const keep = (text: string) => {
    lines.push(text)
    if (lines.length > linesKept) lines.shift()
    onLine(text)
  }
  for (const stream of [child.stdout, child.stderr]) if (stream) onLines(stream, keep)
  const ended = Promise.withResolvers<string | null>()
  child.once('error', error => ended.resolve(`could not be started: ${error.message}`))
  // `close` comes after the last line was read, `exit` may come before.
  child.once('close', (code, by) =>
    ended.resolve(by ? `was ended by ${by}` : code === 0 ? null : `exited with code ${code}`),
  )
  const endGroup = (how: NodeJS.Signals) => {
    try {
      if (child.pid !== undefined) process.kill(-child.pid, how)
    } catch {
      // It is gone already.
    }
  }
  let killing: NodeJS.Timeout | undefined
  const stop = () => {
    endGroup('SIGTERM')
    killing = setTimeout(endGroup, graceMs, 'SIGKILL')
  }
  signal.addEventListener('abort', stop, { once: true })
  try {
    return { fault: await ended.promise, lines }
  } finally {
    signal.removeEventListener('abort', stop)
    clearTimeout(killing)
  }
}
