import { readdirSync, readFileSync, readlinkSync } from 'node:fs'
import { uptime } from 'node:os'
import { sep } from 'node:path'

/** Every step carries it, so that what a job leaves running can be told from everything else on the machine. */
export const trackingVariable = 'RUNNER_TRACKING_ID'

/** How the kernel counts when a process began: in hundredths of a second since the machine did. */
const perSecond = 100
const marginSeconds = 1

/** What began before this moment is nothing of a job that begins now. */
export const momentOfBirth = (): number => (uptime() - marginSeconds) * perSecond

/**
 * Kills every process whose environment carries the tracking id, wherever it moved itself, and those without it that work
 * in a folder which is going to be removed, or write to a pipe of it. Needs `/proc`; elsewhere only process groups are
 * cleaned. Answers with the ids of what it killed.
 * @param since when the job began: to look at each of hundreds of older processes would cost a third of a short job
 */
export function killLeftovers(trackingId: string, { since, removed }: { since: number; removed?: string }): number[] {
  const mark = `${trackingVariable}=${trackingId}`
  const killed: number[] = []
  for (const pid of processIds()) {
    if (pid === process.pid || birthOf(pid) < since) continue
    const isOurs = textOf(pid, 'environ').split('\0').includes(mark)
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

/** The 22nd field, counted behind the name, which may hold anything: https://man7.org/linux/man-pages/man5/proc_pid_stat.5.html */
function birthOf(pid: number): number {
  const text = textOf(pid, 'stat')
  return Number(text.slice(text.lastIndexOf(')') + 2).split(' ')[19] ?? Number.POSITIVE_INFINITY)
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

function textOf(pid: number, name: 'environ' | 'stat'): string {
  try {
    return readFileSync(`/proc/${pid}/${name}`, 'utf8')
  } catch {
    return ''
  }
}
