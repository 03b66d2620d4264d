import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import * as z from 'zod'
import { processStart } from './process-start.ts'

const Note = z.object({ pid: z.int(), started: z.string(), key: z.string() })

/** Notes on disk about the processes we started, so that a start after a crash can end those that were left. */
export interface PidFiles {
  /** Called in the same tick as the spawn: a crash in between would lose sight of it. */
  note(pid: number, key: string): void
  forget(pid: number): void
  /** Ends every noted process that still runs and is the one noted, with its group. Answers what was ended. */
  endLeftovers(graceMs: number): Promise<string[]>
}

export function pidFiles(dir: string): PidFiles {
  mkdirSync(dir, { recursive: true })
  const fileOf = (pid: number) => join(dir, `${pid}.json`)
  return {
    note(pid, key) {
      const started = processStart(pid)
      if (started) writeFileSync(fileOf(pid), JSON.stringify({ pid, started, key }))
    },
    forget: pid => rmSync(fileOf(pid), { force: true }),
    async endLeftovers(graceMs) {
      const notes = readdirSync(dir).flatMap(name => readNote(join(dir, name)) ?? [])
      const left = notes.filter(note => processStart(note.pid) === note.started)
      await Promise.all(left.map(note => endGroup(note.pid, graceMs, () => processStart(note.pid) !== note.started)))
      for (const name of readdirSync(dir)) rmSync(join(dir, name), { force: true })
      return left.map(note => note.key)
    },
  }
}

/** Asks the process group to end, and ends it by force when it has not within the grace. */
export async function endGroup(pid: number, graceMs: number, isGone: () => boolean): Promise<void> {
  signalGroup(pid, 'SIGTERM')
  if (!(await within(graceMs, isGone))) signalGroup(pid, 'SIGKILL')
  await within(5_000, isGone)
  // Its children may have outlived it: the group still has its number.
  signalGroup(pid, 'SIGKILL')
}

function signalGroup(pid: number, signal: NodeJS.Signals): void {
  try {
    process.kill(-pid, signal)
  } catch {
    // No such group: it is gone.
  }
}

async function within(ms: number, isGone: () => boolean): Promise<boolean> {
  for (let waited = 0; waited < ms; waited += 20) {
    if (isGone()) return true
    await sleep(20)
  }
  return isGone()
}

function readNote(path: string): z.output<typeof Note> | null {
  try {
    return Note.parse(JSON.parse(readFileSync(path, 'utf8')))
  } catch {
    // Cut short by the crash it was written for: nothing to go by.
    return null
  }
}
