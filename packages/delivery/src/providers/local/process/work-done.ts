import { execFileSync } from 'node:child_process'
import { existsSync, readFileSync } from 'node:fs'

/**
 * A text that changes as long as a process works: the CPU time it had, and what it read and wrote. A process that waits for
 * nothing, or for something that never comes, answers the same text again. Null when it is gone.
 */
export function workDone(pid: number): string | null {
  return existsSync('/proc/self/stat') ? fromProc(pid) : fromPs(pid)
}

function fromProc(pid: number): string | null {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8')
    // Fields are counted behind the name in parentheses: 11 and 12 are the time in user and in system mode.
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ')
    return `${fields[11]} ${fields[12]} ${bytesMoved(pid)}`
  } catch {
    return null
  }
}

function bytesMoved(pid: number): string {
  try {
    return readFileSync(`/proc/${pid}/io`, 'utf8').replaceAll('\n', ' ')
  } catch {
    // A process of another user, or a system that does not count: the time tells enough.
    return ''
  }
}

function fromPs(pid: number): string | null {
  try {
    return execFileSync('ps', ['-o', 'time=', '-p', String(pid)], { encoding: 'utf8' }).trim() || null
  } catch {
    return null
  }
}
