import { spawn } from 'node:child_process'
import { fileURLToPath } from 'node:url'

/** Absolute path of the repository. */
export const root = fileURLToPath(new URL('..', import.meta.url))

export interface CommandResult {
  /** Null when a signal ended it or it could not be started. */
  exitCode: number | null
  /** Both streams in the order they came; empty when the output was passed through. */
  output: string
  durationMs: number
}

/**
 * Runs a program to its end. Its output is kept, or with `isStreamed` passed through as it comes.
 * Programs of installed packages are found first.
 */
export function runCommand(
  command: readonly string[],
  o: { cwd?: string; env?: Record<string, string>; isStreamed?: boolean } = {},
): Promise<CommandResult> {
  const [program = '', ...args] = command
  const startedAt = performance.now()
  const { promise, resolve } = Promise.withResolvers<CommandResult>()
  const child = spawn(program, args, {
    cwd: o.cwd ?? root,
    env: { ...process.env, ...o.env, PATH: `${root}node_modules/.bin:${process.env.PATH ?? ''}` },
    stdio: o.isStreamed ? 'inherit' : ['ignore', 'pipe', 'pipe'],
  })
  const chunks: Buffer[] = []
  child.stdout?.on('data', chunk => chunks.push(chunk))
  child.stderr?.on('data', chunk => chunks.push(chunk))
  const end = (exitCode: number | null, more = '') =>
    resolve({ exitCode, output: Buffer.concat(chunks).toString() + more, durationMs: performance.now() - startedAt })
  child.once('error', cause => end(null, `${program}: ${cause.message}\n`))
  child.once('close', exitCode => end(exitCode))
  return promise
}

/** `850 ms`, `12.3 s`, `2 m 5 s`. */
export function durationText(durationMs: number): string {
  if (durationMs < 1_000) return `${Math.round(durationMs)} ms`
  if (durationMs < 60_000) return `${(durationMs / 1_000).toFixed(1)} s`
  const seconds = Math.round(durationMs / 1_000)
  return `${Math.floor(seconds / 60)} m ${seconds % 60} s`
}
