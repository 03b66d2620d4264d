import { execFile } from 'node:child_process'
import { readFile, readlink } from 'node:fs/promises'
import { hostname } from 'node:os'
import { promisify } from 'node:util'

/**
 * Whether that process runs and is the program we mean: after a crash its number may belong to another.
 * Where /proc does not exist, running is enough.
 */
export async function isProcessAlive(pid: number, program: string): Promise<boolean> {
  try {
    process.kill(pid, 0)
  } catch (cause) {
    return cause instanceof Error && 'code' in cause && cause.code === 'EPERM'
  }
  const command = await readFile(`/proc/${pid}/cmdline`, 'utf8').catch(() => null)
  return command === null || command.split('\0', 1)[0]?.includes(program) === true
}

/** When a process began, as a text to compare: its number and this together are never another's. Null when it is gone. */
export async function beganAt(pid: number): Promise<string | null> {
  const stat = await readFile(`/proc/${pid}/stat`, 'utf8').catch(() => null)
  // The program's name is in parentheses and may hold anything; the 20th field behind it is the time.
  if (stat !== null) return stat.slice(stat.lastIndexOf(')') + 2).split(' ')[19] ?? null
  if (process.platform === 'linux') return null
  const listed = promisify(execFile)('ps', ['-o', 'lstart=', '-p', String(pid)])
  return listed.then(({ stdout }) => stdout.trim() || null).catch(() => null)
}

/** Where a process number means one process: this start of this system, and the container in it. */
export async function thisMachine(): Promise<string> {
  const start = await readFile('/proc/sys/kernel/random/boot_id', 'utf8').catch(() => null)
  const numbers = await readlink('/proc/self/ns/pid').catch(() => null)
  return start === null || numbers === null ? hostname() : `${start.trim()} ${numbers}`
}
