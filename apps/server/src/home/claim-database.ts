import { randomUUID } from 'node:crypto'
import { hostname } from 'node:os'
import { setTimeout as sleep } from 'node:timers/promises'
import { GantryError, type ServerHolder, type ServerIdentity, type ServerStore } from '@gantry/core'
import { isProcessAlive, thisMachine } from './process-alive.ts'

export interface DatabaseClaim {
  /** Where this server is reached, for whoever finds the database taken. */
  setAddress(address: string): Promise<void>
  release(): Promise<void>
}

export interface ClaimTimes {
  beatEveryMs: number
  /** As long as a server may be silent: a busy one is for seconds, a stopped one for good. */
  staleAfterMs: number
  lookEveryMs: number
}

const usualTimes: ClaimTimes = { beatEveryMs: 3_000, staleAfterMs: 15_000, lookEveryMs: 500 }

/**
 * Takes the database for this server alone. One that was killed here is replaced at once, one that was killed elsewhere as soon
 * as it was silent for `staleAfterMs`; one that lives is left alone.
 *
 * `onLost` is told when another server took this one's place, because it was silent for so long, such as while its machine
 * slept. Whatever it does from then on, the other does as well.
 * @throws GantryError DATABASE_IN_USE
 */
export async function claimDatabase(
  store: ServerStore,
  parts: { say(line: string): void; onLost(): void; onFailedBeat(cause: unknown): void; times?: ClaimTimes },
): Promise<DatabaseClaim> {
  const times = parts.times ?? usualTimes
  const self = { id: randomUUID(), host: hostname(), machine: await thisMachine(), pid: process.pid }
  await takeFrom(store, self, times, parts.say)
  let address: string | null = null
  const beat = async () => {
    if (await store.beat(self.id, address)) return
    clearInterval(beating)
    parts.onLost()
  }
  const beating = setInterval(() => void beat().catch(parts.onFailedBeat), times.beatEveryMs)
  return {
    async setAddress(known) {
      address = known
      await store.beat(self.id, address)
    },
    async release() {
      clearInterval(beating)
      await store.release(self.id)
    },
  }
}

async function takeFrom(store: ServerStore, self: ServerIdentity, times: ClaimTimes, say: (line: string) => void) {
  let evict: string | undefined
  let seen: ServerHolder | null = null
  for (;;) {
    const holder = await store.claim(self, { staleAfterMs: times.staleAfterMs, evict })
    if (holder === null) return
    if (await isGone(holder, self)) evict = holder.id
    else if (seen?.id === holder.id && seen.lastBeatAt !== holder.lastBeatAt) throw inUse(holder)
    else {
      if (seen === null) say(`waiting to see whether ${nameOf(holder)} still lives: it holds this database`)
      seen ??= holder
      await sleep(times.lookEveryMs)
    }
  }
}

/** For certain: a number that another program has by now is waited for. */
const isGone = async ({ machine, pid }: ServerHolder, self: ServerIdentity): Promise<boolean> =>
  machine === self.machine && (pid === self.pid || !(await isProcessAlive(pid, 'node')))

const nameOf = ({ host, pid, address }: ServerHolder) =>
  `process ${pid} on ${host}${address === null ? '' : ` (${address})`}`

function inUse(holder: ServerHolder): GantryError {
  const { host, pid, address, startedAt } = holder
  const message = `${nameOf(holder)} works on this database since ${startedAt}`
  return new GantryError('DATABASE_IN_USE', message, { host, pid, address })
}
