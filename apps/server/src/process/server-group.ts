import { createHash } from 'node:crypto'
import { setTimeout as sleep } from 'node:timers/promises'
import {
  GantryError,
  type KnownServer,
  type LeaseStore,
  type ServerProcess,
  type ServerStore,
  silentAfterMs,
} from '@gantry/core'
import { beganAt, isProcessAlive } from './process-alive.ts'

export interface ServerGroup {
  /** Where this server is reached, for people and for the others. */
  setAddress(address: string): Promise<void>
  /** Every server that lives, this one with them. */
  living(): Promise<KnownServer[]>
  /** Another one lives no more: what it was about to tell the others, nobody was told. */
  onGone(act: () => void): void
  leave(): Promise<void>
}

export interface ServerGroupParts {
  servers: ServerStore
  leases: Pick<LeaseStore, 'releaseAll'>
  self: Omit<ServerProcess, 'address'>
  say(line: string): void
  onError(cause: unknown): void
  beatEveryMs?: number
}

/** A row of a server that stopped without a word stays this long, for people who look. */
const forgottenAfterMs = 10 * 60_000
const lookEveryMs = 500

/**
 * The servers of one database. Each says that it lives, and looks after the others of its machine: what a killed one held is
 * given back as soon as its process is seen to be gone. On another machine that cannot be seen; there its leases run out.
 *
 * Servers that do not keep their files in one place, or have another key, do not work together: what one took the other would not
 * find, or not open.
 * @throws GantryError DATABASE_IN_USE
 */
export async function joinServers(parts: ServerGroupParts): Promise<ServerGroup> {
  const { servers, self, onError, beatEveryMs = 3_000 } = parts
  let address: string | null = null
  const beat = () => servers.beat({ ...self, address })
  await giveBackOfGone(parts)
  await beat()
  try {
    await requireSameFiles(parts)
  } catch (cause) {
    await servers.remove(self.id)
    throw cause
  }
  const living = async () => (await servers.list()).filter(({ silentMs }) => silentMs < silentAfterMs)
  const goneActs: (() => void)[] = []
  let lived: string[] = []
  const look = async () => {
    await beat()
    await giveBackOfGone(parts)
    const ids = (await living()).map(({ id }) => id)
    if (lived.some(id => !ids.includes(id))) for (const act of goneActs) act()
    lived = ids
  }
  let looking: Promise<void> | null = null
  const beating = setInterval(() => {
    looking ??= look()
      .catch(onError)
      .finally(() => {
        looking = null
      })
  }, beatEveryMs)
  beating.unref()
  return {
    async setAddress(known) {
      address = known
      await beat()
    },
    living,
    onGone: act => void goneActs.push(act),
    async leave() {
      clearInterval(beating)
      await looking
      await servers.remove(self.id)
    },
  }
}

async function giveBackOfGone({ servers, leases, self }: ServerGroupParts): Promise<void> {
  for (const other of await servers.list()) {
    if (!(await isGone(other, self))) continue
    await leases.releaseAll(other.id)
    await servers.remove(other.id)
  }
}

/** For certain; or so long ago that nobody asks any more, and then its leases ran out. */
async function isGone(other: KnownServer, self: ServerGroupParts['self']): Promise<boolean> {
  if (other.id === self.id) return false
  if (other.silentMs > forgottenAfterMs) return true
  if (other.machine !== self.machine) return false
  const began = other.began === null ? null : await beganAt(other.pid)
  if (began !== null) return began !== other.began
  // Our own number, from before we began.
  return other.pid === self.pid || !(await isProcessAlive(other.pid, 'node'))
}

/** One that was killed on another machine cannot be told from one that lives, until it was silent for long enough. */
async function requireSameFiles(parts: ServerGroupParts): Promise<void> {
  const { servers, self, say } = parts
  let seen: KnownServer | null = null
  for (;;) {
    const all = await servers.list()
    // Of two that start at once the first goes on, and the other finds it alive.
    const earlier = all.slice(
      0,
      all.findIndex(({ id }) => id === self.id),
    )
    const other = earlier.find(
      ({ files, silentMs }) => silentMs < silentAfterMs && (files === null || files !== self.files),
    )
    if (other === undefined) return
    // It said that it lives while we looked.
    if (seen?.id === other.id && other.silentMs < seen.silentMs) throw inUse(other, self)
    if (seen === null) say(`waiting to see whether ${nameOf(other)} still lives: it works on this database`)
    seen = other
    await sleep(lookEveryMs)
  }
}

const nameOf = ({ host, pid, address }: KnownServer) =>
  `process ${pid} on ${host}${address === null ? '' : ` (${address})`}`

/** Where a server keeps its files and what seals them, as a text to compare; null: in a folder of its own, by a key of that folder. */
export const filesOf = (objects: string | null, secretKey: string | undefined): string | null =>
  objects === null || secretKey === undefined
    ? null
    : `${objects} ${createHash('sha256').update(`gantry files ${secretKey}`).digest('hex').slice(0, 16)}`

const placeIn = (files: string | null): string =>
  files?.split(' ')[0] ?? 'a folder of its own, or seals by a key of its own'

function inUse(other: KnownServer, self: ServerGroupParts['self']): GantryError {
  const { host, pid, address, startedAt, files } = other
  const [theirs, ours] = [placeIn(files), placeIn(self.files)]
  const why =
    theirs === ours && files !== null
      ? 'this one has another GANTRY_SECRET_KEY'
      : `it keeps its files in ${theirs}, this one in ${ours}`
  const message = `${nameOf(other)} works on this database since ${startedAt}; ${why}`
  return new GantryError('DATABASE_IN_USE', message, { host, pid, address })
}
