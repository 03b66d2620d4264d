import { spawn } from 'node:child_process'
import { closeSync } from 'node:fs'
import { Socket } from 'node:net'
import { killGroup } from './kill-group.ts'

export interface ProcessCall {
  command: string
  args: string[]
  cwd: string
  env: Record<string, string>
  /** Both ends of the named pipe it writes to; taken over from the caller. */
  pipe: { reader: number; writer: number }
  /** Answers when more can be taken; until then nothing is read. */
  onData(chunk: Buffer): void | Promise<void>
  /** Aborting it sends SIGINT, then SIGTERM, then SIGKILL to the process group. */
  signal?: AbortSignal
  grace: { interruptMs: number; terminateMs: number }
}

export interface RunningProcess {
  exit: Promise<{ exitCode: number }>
  /** Kills what is left of its process group and stops listening to it. */
  close(): void
}

/** After the process ended, how long its children may stay silent before nobody waits for them. */
const SILENCE_MS = 50

/**
 * Starts a process in a group of its own, with stdout and stderr in one named pipe: the only way to keep their
 * lines in order, and unlike Node's own pipes (sockets) it can be opened as `/dev/stdout` by scripts.
 */
export function runProcess(call: ProcessCall): RunningProcess {
  const { reader, writer } = call.pipe
  const socket = new Socket({ fd: reader, readable: true, writable: false })
  const ended = new Promise<void>(resolve => socket.once('close', () => resolve()))
  const heard = { at: 0, isPaused: false }
  socket.on('data', chunk => {
    heard.at = performance.now()
    const room = call.onData(chunk)
    if (room === undefined) return
    heard.isPaused = true
    socket.pause()
    const goOn = (): void => {
      Object.assign(heard, { at: performance.now(), isPaused: false })
      socket.resume()
    }
    room.then(goOn, goOn)
  })
  socket.on('error', () => socket.destroy())
  const child = spawn(call.command, call.args, {
    cwd: call.cwd,
    env: call.env,
    detached: true,
    stdio: ['ignore', writer, writer],
  })
  closeSync(writer)
  const leader = child.pid
  const stopKilling = leader === undefined ? () => {} : killOnAbort(leader, call)
  const exit = new Promise<{ exitCode: number }>((resolve, reject) => {
    child.once('error', reject)
    child.once('exit', (code, signal) =>
      resolve({ exitCode: code ?? 128 + (signal === null ? 0 : signalNumber(signal)) }),
    )
  })
  const finish = async (): Promise<{ exitCode: number }> => {
    try {
      const result = await exit
      await Promise.race([ended, silence(heard)])
      return result
    } finally {
      stopKilling()
    }
  }
  const close = (): void => {
    if (leader !== undefined && !socket.closed) killGroup(leader, 'SIGKILL')
    socket.destroy()
  }
  return { exit: finish(), close }
}

function killOnAbort(leader: number, { signal, grace }: ProcessCall): () => void {
  let timers: NodeJS.Timeout[] = []
  const kill = (): void => {
    killGroup(leader, 'SIGINT')
    timers = [
      setTimeout(() => killGroup(leader, 'SIGTERM'), grace.interruptMs),
      setTimeout(() => killGroup(leader, 'SIGKILL'), grace.interruptMs + grace.terminateMs),
    ]
  }
  if (signal?.aborted) kill()
  signal?.addEventListener('abort', kill, { once: true })
  return () => {
    signal?.removeEventListener('abort', kill)
    for (const timer of timers) clearTimeout(timer)
    // Children that ignored the signals do not outlive a killed step.
    if (signal?.aborted) killGroup(leader, 'SIGKILL')
  }
}

/** Resolves when nothing came for a while: a process left in the background holds the pipe open for good. */
async function silence(heard: { at: number; isPaused: boolean }): Promise<void> {
  let start = performance.now()
  for (;;) {
    await new Promise(resolve => setTimeout(resolve, SILENCE_MS / 2))
    // On a busy machine the timer comes before what has arrived meanwhile.
    await new Promise(resolve => setImmediate(resolve))
    if (heard.isPaused) start = performance.now()
    const since = Math.max(start, Math.min(heard.at, start + 1_000))
    if (performance.now() - since >= SILENCE_MS) return
  }
}

function signalNumber(signal: NodeJS.Signals): number {
  return (
    { SIGHUP: 1, SIGINT: 2, SIGQUIT: 3, SIGABRT: 6, SIGKILL: 9, SIGSEGV: 11, SIGPIPE: 13, SIGTERM: 15 }[
      String(signal)
    ] ?? 0
  )
}
