import { readdirSync, readFileSync } from 'node:fs'

/** Every step carries it, so that what a job leaves running can be told from everything else on the machine. */
export const trackingVariable = 'RUNNER_TRACKING_ID'

/**
 * Kills every process whose environment carries the tracking id, wherever it moved itself. Needs `/proc`;
 * elsewhere only process groups are cleaned. Answers with the ids of what it killed.
 */
export function killLeftovers(trackingId: string): number[] {
  const mark = `${trackingVariable}=${trackingId}`
  const killed: number[] = []
  for (const pid of processIds()) {
    if (pid === process.pid || !environmentOf(pid).split('\0').includes(mark)) continue
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

function environmentOf(pid: number): string {
  try {
    return readFileSync(`/proc/${pid}/environ`, 'utf8')
  } catch {
    return ''
  }
}
