import { readdirSync, readFileSync, readlinkSync } from 'node:fs'
import { sep } from 'node:path'

/** Every step carries it, so that what a job leaves running can be told from everything else on the machine. */
export const trackingVariable = 'RUNNER_TRACKING_ID'

/**
 * Kills every process whose environment carries the tracking id, wherever it moved itself, and those without it that work
 * in a folder which is going to be removed, or write to a pipe of it. Needs `/proc`; elsewhere only process groups are
 * cleaned. Answers with the ids of what it killed.
 */
export function killLeftovers(trackingId: string, removed?: string): number[] {
  const mark = `${trackingVariable}=${trackingId}`
  const killed: number[] = []
  for (const pid of processIds()) {
    if (pid === process.pid) continue
    const isOurs = environmentOf(pid).split('\0').includes(mark)
    if (!isOurs && (removed === undefined || !livesIn(pid, removed))) continue
    try {
      process.kill(pid, 'SIGKILL')
      killed.push(pid)
    } catch {
      // It ended meanwhile.
    }
  }
  return killed
}

function processIds(): number[] {
  try {
    return readdirSync('/proc').map(Number).filter(Number.isInteger)
  } catch {
    return []
  }
}

/** Where it works, what it runs, and what it reads and writes. */
function livesIn(pid: number, folder: string): boolean {
  return ['cwd', 'exe', 'fd/0', 'fd/1', 'fd/2'].some(name => placeOf(pid, name).startsWith(`${folder}${sep}`))
}

function placeOf(pid: number, name: string): string {
  try {
    return readlinkSync(`/proc/${pid}/${name}`)
  } catch {
    return ''
  }
}

function environmentOf(pid: number): string {
  try {
    return readFileSync(`/proc/${pid}/environ`, 'utf8')
  } catch {
    return ''
  }
}
