import { readFile } from 'node:fs/promises'

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
