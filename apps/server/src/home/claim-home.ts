import { mkdir, open, readFile, rm, rmdir, stat, utimes } from 'node:fs/promises'
import { hostname } from 'node:os'
import { dirname, join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { GantryError } from '@gantry/core'
import * as z from 'zod'
import { beganAt, isProcessAlive, thisMachine } from '../process/process-alive.ts'

const Holder = z.object({ host: z.string(), machine: z.string(), pid: z.int(), began: z.string().nullable() })
type Holder = z.output<typeof Holder>

export interface HomeTimes {
  beatEveryMs: number
  staleAfterMs: number
}

const usualTimes: HomeTimes = { beatEveryMs: 3_000, staleAfterMs: 15_000 }
const turnMs = 10_000

/**
 * Takes the folder for this process, by a file that says whose it is, and answers what frees it. What a crash left is taken
 * over: at once where the process is certainly gone; where that cannot be known, as on a disk that two machines share, when the
 * file was not touched for as long as a living server could be silent.
 * @throws GantryError HOME_IN_USE
 */
export async function claimHome(file: string, times: HomeTimes = usualTimes): Promise<() => Promise<void>> {
  const own: Holder = {
    host: hostname(),
    machine: await thisMachine(),
    pid: process.pid,
    began: await beganAt(process.pid),
  }
  await inTurn(`${file}.turn`, async () => {
    const holder = await holderOf(file)
    if (holder !== null && (await isAlive(holder, own, file, times))) throw await inUse(holder, file)
    await rm(file, { force: true })
    const made = await open(file, 'wx', 0o600)
    await made.writeFile(JSON.stringify(own))
    await made.close()
  })
  const touch = () => utimes(file, new Date(), new Date()).catch(() => undefined)
  const touching = setInterval(() => void touch(), times.beatEveryMs)
  return async () => {
    clearInterval(touching)
    await rm(file, { force: true })
  }
}

/** Null when there is no file, or nothing in it that names a process: nobody holds the folder then. */
async function holderOf(file: string): Promise<Holder | null> {
  const text = await readFile(file, 'utf8').catch(() => '')
  // As an older Gantry wrote it.
  if (/^\d+$/.test(text)) return { host: hostname(), machine: await thisMachine(), pid: Number(text), began: null }
  try {
    return Holder.parse(JSON.parse(text))
  } catch {
    return null
  }
}

async function isAlive(holder: Holder, own: Holder, file: string, times: HomeTimes): Promise<boolean> {
  if (holder.machine !== own.machine) return isTouched(file, times)
  if (holder.began !== null) return (await beganAt(holder.pid)) === holder.began
  // Our own number, and we wrote nothing yet.
  return holder.pid !== own.pid && isProcessAlive(holder.pid, 'node')
}

/** Watches for one silence. Only how the time changes counts: the clock of the disk may be another than ours. */
async function isTouched(file: string, { beatEveryMs, staleAfterMs }: HomeTimes): Promise<boolean> {
  const touchedAt = async () => (await stat(file).catch(() => null))?.mtimeMs
  const first = await touchedAt()
  for (let waited = 0; waited < staleAfterMs; waited += beatEveryMs / 2) {
    await sleep(beatEveryMs / 2)
    if ((await touchedAt()) !== first) return true
  }
  return false
}

/** Of two that find what a crash left, the second sees what the first made of it. */
async function inTurn(turn: string, act: () => Promise<void>): Promise<void> {
  for (;;) {
    try {
      await mkdir(turn)
      break
    } catch (cause) {
      if (!(cause instanceof Error && 'code' in cause && cause.code === 'EEXIST')) throw cause
      const since = (await stat(turn).catch(() => null))?.mtimeMs ?? 0
      if (Date.now() - since > turnMs) await rmdir(turn).catch(() => undefined)
      await sleep(20)
    }
  }
  const holding = setInterval(() => void utimes(turn, new Date(), new Date()).catch(() => undefined), turnMs / 4)
  try {
    await act()
  } finally {
    clearInterval(holding)
    await rmdir(turn).catch(() => undefined)
  }
}

async function inUse({ host, pid }: Holder, file: string): Promise<GantryError> {
  const address = await readFile(join(dirname(file), 'url'), 'utf8').catch(() => null)
  const where = address === null ? '' : ` (${address.trim()})`
  const message = `process ${pid} on ${host}${where} works in this folder (${file})`
  return new GantryError('HOME_IN_USE', message, { owner: pid, host, address })
}
